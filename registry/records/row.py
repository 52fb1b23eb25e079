"""One line of the catalogue: a standard with its editions and where the newest project stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from registry.lifecycle.status import PublicStatus, public_status
from registry.model.edition import Edition
from registry.model.relation import Relation
from registry.model.standard import Standard
from registry.records.numbers import key_of

_DIGITS = re.compile(r"([0-9]+)")
_ABANDONED = ".98"
_ORDER: Sequence[PublicStatus] = ("in-force", "ending", "upcoming", "drafting", "superseded", "abolished", "abandoned")


@dataclass(frozen=True, slots=True)
class Run:
    """An edition with the stage of the project that makes it."""

    edition: Edition
    stage: str
    changed: datetime | None = None

    def status(self, today: date) -> PublicStatus:
        """The public status on a local day."""
        return public_status(self.edition, today, is_abandoned=self.stage.endswith(_ABANDONED))


@dataclass(frozen=True, slots=True)
class Row:
    """A standard as the catalogue lists it; `runs` are its editions, the newest first."""

    standard: Standard
    runs: tuple[Run, ...]
    text: str = field(default="", repr=False)
    """What is searched: number, titles and editions, folded."""
    order: tuple[Any, ...] = field(default=(), repr=False)
    refers: frozenset[str] = field(default=frozenset(), repr=False)
    """What its editions refer to, as `named` tells it."""

    @property
    def names(self) -> frozenset[str]:
        """By what others refer to the standard or to one of its editions."""
        editions = [each.edition for each in self.runs]
        ids = [self.standard.id, *(name for its in editions for name in (its.id, f"{its.standard}/{its.id}"))]
        numbers = [self.standard.number, *(its.number for its in editions)]
        return frozenset([*ids, *(key_of(each) for each in numbers if each)])

    def shown(self, today: date) -> tuple[Run | None, PublicStatus]:
        """The edition that counts on a local day, and its status: what is in force before what is being made."""
        found = [(each, each.status(today)) for each in self.runs]
        return min(found, key=lambda each: _ORDER.index(each[1]), default=(None, "drafting"))

    @property
    def stages(self) -> frozenset[str]:
        """The stages of all its projects."""
        return frozenset(each.stage for each in self.runs)


def row_of(standard: Standard, runs: Sequence[Run]) -> Row:
    """The row of a standard; `runs` are in any order."""
    newest = tuple(sorted(runs, key=lambda each: (each.edition.created, each.edition.id), reverse=True))
    words = [standard.number, standard.title.en, standard.title.zh, *(each.edition.number for each in newest)]
    refers = frozenset(name for run in newest for each in run.edition.relations for name in named(each))
    return Row(standard, newest, "\n".join(map(fold, words)), _order(standard), refers)


def named(relation: Relation) -> tuple[str, ...]:
    """The id and the number that a relation names, the number in one way of writing."""
    return tuple(each for each in (relation.target, key_of(relation.number)) if each)


def fold(text: str) -> str:
    """A text as it is searched: one width, one case, no spaces around."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _order(standard: Standard) -> tuple[Any, ...]:
    """By number as people count, so that 9 comes before 10; those without a number last, by their titles."""
    pieces = _DIGITS.split(standard.number)
    natural = tuple((int(each), "") if each.isdecimal() else (-1, each) for each in pieces)
    return (not standard.number, natural, standard.title.zh or standard.title.en, standard.id)
