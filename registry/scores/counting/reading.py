"""What was counted: tallies of days, examples, open findings. `catch_up` before, so that it is complete.

Without a `generation` the one that is current is read; a snapshot names the one that it was taken of.
"""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from conformance.scoring.counting.counters import by_field, unpacked
from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document
from registry.scores.account import Example
from registry.scores.counting.generations import current_generation
from registry.scores.counting.names import (
    DAY,
    INSTITUTION,
    SAMPLE,
    day_of,
    institution_of,
    month_prefix,
    months,
    sample_prefix,
)

_PAGE = 2_000
"""Days that are read at once."""


KeptDay = tuple[str, Document]
"""What one institution sent by one product on a day, as it is kept; `names.day_of` tells whose it is by its name."""


@dataclass(frozen=True, slots=True)
class DayTallies:
    """What one institution sent by one product on one day."""

    institution: str
    product: str
    """`his#2.1`; empty where it is not known."""
    day: date
    lists: Mapping[str, Sequence[array[int]]]
    """By digest of a rule list: passed, failed, error, clusters, each in the order of the rules of the list."""
    checks: Mapping[str, Sequence[int]]
    """By rule that is no rule of records: passed, failed, error, clusters."""


async def days_of(
    reader: Reader, institution: str, first: date, last: date, generation: str | None = None
) -> Sequence[DayTallies]:
    """The days of an institution from one through another, in the order of day and product."""
    return [_day(*each) for each in await kept_days_of(reader, institution, first, last, generation)]


async def kept_days_of(
    reader: Reader, institution: str, first: date, last: date, generation: str | None = None
) -> Sequence[KeptDay]:
    """The same as they are kept."""
    generation = generation or await current_generation(reader)
    found: list[KeptDay] = []
    for month in months(first, last):
        rows = await reader.listed(DAY, prefix=month_prefix(generation, month, institution))
        found += _within(rows, first, last)
    return found


async def stream_days(
    reader: Reader, first: date, last: date, generation: str | None = None
) -> AsyncIterator[Sequence[KeptDay]]:
    """The same of every institution that sent anything, one after the other; some thousand documents are held."""
    generation = generation or await current_generation(reader)
    streams = [_Stream(reader, month_prefix(generation, month)) for month in months(first, last)]
    for each in streams:
        await each.fill()
    while rest := [each for each in streams if each.key]:
        least = min(each.key for each in rest)
        rows = [row for each in rest if each.key == least for row in await each.take()]
        if found := _within(rows, first, last):
            yield found


async def institutions_with_tallies(reader: Reader, generation: str | None = None) -> Sequence[str]:
    """All institutions of which anything was ever counted, in the order of their names in the store."""
    generation = generation or await current_generation(reader)
    return [institution_of(name) for name, _ in await reader.listed(INSTITUTION, prefix=f"{generation}/")]


async def samples_of(
    reader: Reader, institution: str, first: date, last: date, generation: str | None = None
) -> Mapping[str, Sequence[Example]]:
    """By rule the newest examples of what failed, a few of each month."""
    generation = generation or await current_generation(reader)
    found: dict[str, list[Example]] = {}
    for month in reversed([*months(first, last)]):
        for _, kept in await reader.listed(SAMPLE, prefix=sample_prefix(generation, institution, month)):
            examples = (Example(*each) for each in reversed(kept["examples"]))
            within = [each for each in examples if first.isoformat() <= each.day <= last.isoformat()]
            if within:
                found.setdefault(kept["rule"], []).extend(within)
    return found


async def open_critical(reader: Reader) -> Mapping[str, int]:
    """Of each institution that sent anything, how many critical findings stand in its newest accepted records."""
    generation = await current_generation(reader)
    found: dict[str, int] = {}
    after = ""
    while rows := await reader.listed(INSTITUTION, prefix=f"{generation}/", after=after, count=_PAGE):
        found |= {institution_of(name): sum(kept["open"].values()) for name, kept in rows}
        after = rows[-1][0]
    return found


class _Stream:
    """The days of one month, institution by institution, read page by page."""

    def __init__(self, reader: Reader, prefix: str) -> None:
        self._reader, self._prefix = reader, prefix
        self._rows: list[tuple[str, Document]] = []
        self._at = 0
        self.key = ""
        """The institution that comes next, as it stands in names; empty at the end."""

    async def fill(self) -> None:
        """Read on, if anything follows."""
        after = self._rows[-1][0] if self._rows else ""
        self._rows = list(await self._reader.listed(DAY, prefix=self._prefix, after=after, count=_PAGE))
        self._at = 0
        self.key = _institution(self._rows[0][0]) if self._rows else ""

    async def take(self) -> Sequence[tuple[str, Document]]:
        """The documents of the institution that comes next, and on to the one after it."""
        wanted, taken = self.key, []
        while self.key == wanted:
            taken.append(self._rows[self._at])
            self._at += 1
            if self._at == len(self._rows):
                await self.fill()
            else:
                self.key = _institution(self._rows[self._at][0])
        return taken


def _institution(name: str) -> str:
    return name.split("/", 3)[2]


def _within(rows: Sequence[KeptDay], first: date, last: date) -> list[KeptDay]:
    begin, end = first.isoformat(), last.isoformat()
    return [row for row in rows if begin <= row[0].split("/", 4)[3] <= end]


def _day(name: str, kept: Document) -> DayTallies:
    of = day_of(name)
    lists = {digest: by_field(unpacked(text)) for digest, text in kept["lists"].items()}
    return DayTallies(of.institution, of.product, date.fromisoformat(of.day), lists, kept["checks"])
