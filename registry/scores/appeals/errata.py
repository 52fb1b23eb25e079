"""Errata: numbered corrections of how everybody is scored, and what of the rules they strike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args

from fhir_kernel.store.base import Reader, Transaction
from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read
from registry.records.keeping import missing
from registry.sentence import Sentence

ERRATA = "score-erratum"
"""The collection, by number."""
EffectKind = Literal["strike", "rebuild", "declaration", "volume"]
EFFECTS: tuple[EffectKind, ...] = get_args(EffectKind)


@dataclass(frozen=True, slots=True)
class Rescored(Kept):
    """A period that was scored anew because of an erratum."""

    period: str
    """`2026-10-01/2026-10-31`."""
    old: str
    """The id of the snapshot that stood before."""
    new: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Erratum(Kept):
    """It is never changed but for the periods that were scored anew."""

    number: str
    """`E-2026-001`: the year, and the place in it, without gaps."""
    appeal: str
    """The id of the appeal that was upheld."""
    effect: EffectKind
    first: date
    """The days over which it holds, the last one included."""
    last: date
    issued: datetime
    by: str
    reason: str
    rules: tuple[str, ...] = ()
    """Of `strike`: the rules that are asked of nobody on these days."""
    target: str = ""
    """Of `declaration` its id, of `volume` the data set that is counted otherwise, of `rebuild` what was mended."""
    institution: str = ""
    """Of `volume`: whose."""
    rescored: tuple[Rescored, ...] = field(default=())

    def strikes(self, rule: str, day: date) -> bool:
        """Whether it takes a rule out of a day."""
        return self.effect == "strike" and self.first <= day <= self.last and rule in self.rules


async def errata(reader: Reader) -> Sequence[Erratum]:
    """All of them, in the order of their numbers."""
    found = [erratum_of(kept) for _, kept in await reader.listed(ERRATA)]
    return sorted(found, key=lambda each: _place(each.number))


async def erratum(reader: Reader, number: str) -> Erratum:
    """The one of a number. Raises Refused (missing)."""
    kept = await reader.load(ERRATA, number)
    if kept is None:
        raise missing(Sentence("erratum", "勘误"), number)
    return erratum_of(kept)


def erratum_of(kept: Document) -> Erratum:
    """The erratum that was kept."""
    return read(Erratum, kept)


async def next_number(reader: Reader, year: int) -> str:
    """The number after all that were given in a year."""
    prefix = f"E-{year}-"
    taken = [_place(name)[1] for name, _ in await reader.listed(ERRATA, prefix=prefix)]
    return f"{prefix}{max(taken, default=0) + 1:03}"


async def save_erratum(transaction: Transaction, made: Erratum) -> None:
    """Keep it under its number."""
    await transaction.save(ERRATA, made.number, made.document())


def struck(errata: Iterable[Erratum], rule_id: str, day: date) -> bool:
    """Whether an erratum takes a rule out of a day: what it found then counts neither for nor against anybody."""
    return any(each.strikes(rule_id, day) for each in errata)


def _place(number: str) -> tuple[int, int]:
    _, year, place = number.split("-")
    return int(year), int(place)
