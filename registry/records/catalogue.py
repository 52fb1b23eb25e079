"""The catalogue of standards: kept in memory by each process, which follows the log to learn what others change."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from fhir_kernel.store.base import Reader, Store
from registry.lifecycle.status import PublicStatus
from registry.model.edition import edition_of
from registry.model.progress import Progress, progress_of
from registry.model.standard import StandardClass, StandardKind, standard_of
from registry.records.cases import PROGRESS, progress
from registry.records.keeping import EDITIONS, LOG, STANDARDS, editions, every
from registry.records.row import Row, Run, fold, row_of

_MANY = 200
"""So many changed standards are read together with all others, which is quicker than one by one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: every word of `text`, and one of each list that is not empty."""

    text: str = ""
    statuses: Collection[PublicStatus] = ()
    classes: Collection[StandardClass] = ()
    kinds: Collection[StandardKind] = ()
    jurisdictions: Collection[str] = ()
    """Divisions of GB/T 2260; '' is the nation."""
    stages: Collection[str] = ()
    """Stage codes, or their beginnings such as `30`."""
    committees: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A row with the status that it has on the day that was asked about."""

    row: Row
    run: Run | None
    """The edition that counts."""
    status: PublicStatus


@dataclass(frozen=True, slots=True)
class Page:
    """A page of what was found; `next` is where the next page starts, None on the last."""

    listed: Sequence[Listed]
    total: int
    next: int | None
    statuses: Mapping[PublicStatus, int] = field(default_factory=dict)
    """How many of all that was found have each status."""


class Catalogue:
    """Every standard, as the store tells them. One for a process; used by the tasks of one event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows: dict[str, Row] | None = None
        self._listed: list[Listed] = []
        self._day: date | None = None
        self._followed = 0
        self._turn = asyncio.Lock()

    async def search(self, wanted: Wanted, today: date, *, start: int = 0, count: int = 50) -> Page:
        """A page of what is wanted, with the status on the local day `today`, in the order of the numbers."""
        async with self._turn:
            await self._follow()
            self._turn_to(today)
            found = _matching(self._listed, wanted)
        end = start + count
        return Page(
            found[start:end], len(found), end if end < len(found) else None, Counter(each.status for each in found)
        )

    async def row(self, standard: str) -> Row | None:
        """The row of one standard."""
        async with self._turn:
            return (await self._follow()).get(standard)

    async def referring(self, names: frozenset[str]) -> Sequence[Row]:
        """The rows of the standards that refer to one of these names (`Row.names`)."""
        async with self._turn:
            return [each for each in (await self._follow()).values() if not each.refers.isdisjoint(names)]

    async def _follow(self) -> dict[str, Row]:
        """Learn what has been changed since, and give all rows."""
        if self._rows is None:
            return await self._begin()
        last, changed = self._followed, set[str]()
        async for number, entry in self._store.log(LOG, after=last):
            last = number
            changed.add(entry["standard"])
        if len(changed) > _MANY:
            return await self._begin()
        for standard in changed - {""}:
            await self._reload(self._rows, standard)
        self._followed = last
        return self._rows

    async def _begin(self) -> dict[str, Row]:
        """Read all rows anew; what is changed meanwhile is learned next time."""
        last = await self._store.last_number(LOG)
        self._rows, self._day, self._followed = await _all_rows(self._store), None, last
        return self._rows

    async def _reload(self, rows: dict[str, Row], id_: str) -> None:
        standard = await STANDARDS.get(self._store, id_)
        before, rows[id_] = rows.get(id_), row_of(standard, await _runs(self._store, id_))
        if self._day is None:
            return
        if before is not None:
            del self._listed[bisect_left(self._listed, before.order, key=_order)]
        insort(self._listed, _on_day(rows[id_], self._day), key=_order)

    def _turn_to(self, today: date) -> None:
        """Statuses follow from the day; they are worked out once for each."""
        if self._day != today and self._rows is not None:
            self._listed = sorted((_on_day(each, today) for each in self._rows.values()), key=_order)
            self._day = today


async def _runs(reader: Reader, standard: str) -> Sequence[Run]:
    found = []
    for each in await editions(reader, standard):
        known = await progress(reader, each.project)
        found.append(Run(each, *_stand(known)))
    return found


async def _all_rows(reader: Reader) -> dict[str, Row]:
    stands = {name: _stand(progress_of(kept)) async for name, kept in every(reader, PROGRESS)}
    runs: dict[str, list[Run]] = {}
    async for name, kept in every(reader, EDITIONS):
        its = edition_of(name.rpartition("/")[2], kept)
        runs.setdefault(its.standard, []).append(Run(its, *stands.get(its.project, ("", None))))
    standards = every(reader, STANDARDS.collection)
    return {name: row_of(standard_of(name, kept), runs.get(name, ())) async for name, kept in standards}


def _stand(known: Progress) -> tuple[str, datetime | None]:
    """What a run tells of the progress of its project."""
    return known.text, known.changed


def _matching(listed: Sequence[Listed], wanted: Wanted) -> Sequence[Listed]:
    """Goes through what is left once for each word and each list, which is quicker than through all of it with all."""
    found = listed
    for word in fold(wanted.text).split():
        found = [each for each in found if word in each.row.text]
    if wanted.statuses:
        found = [each for each in found if each.status in wanted.statuses]
    for name, fits in _FITS.items():
        if some := getattr(wanted, name):
            found = [each for each in found if fits(each.row, some)]
    return found


def _on_day(row: Row, today: date) -> Listed:
    return Listed(row, *row.shown(today))


def _order(listed: Listed) -> tuple[Any, ...]:
    return listed.row.order


_FITS: Mapping[str, Callable[[Row, Collection[str]], bool]] = MappingProxyType(
    {
        "classes": lambda row, some: row.standard.system_class in some,
        "kinds": lambda row, some: row.standard.kind in some,
        "jurisdictions": lambda row, some: row.standard.jurisdiction in some,
        "committees": lambda row, some: row.standard.committee in some,
        "stages": lambda row, some: any(stage.startswith(each) for stage in row.stages for each in some),
    }
)
"""Whether a row is one of those that a list of what is wanted names."""
