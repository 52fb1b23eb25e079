"""Lays the tallies of days into the sheet of an institution: whole lists of rules at a time, never rule by rule.

The rules of a list are neighbours in a pack, as both are in the order of ids, so that a few slices take a day, and they
take it as it is kept, byte by byte of all counters. Where two lists speak of the same rules, as one was made after the
other, both are added.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from conformance.scoring.counting.counters import planes_of, whole
from conformance.scoring.counting.deltas import Day
from conformance.scoring.sheet import FIELDS, Sheet
from fhir_kernel.errors import StoreError
from fhir_kernel.store.records import Document
from registry.scores.counting.names import day_of
from registry.scores.counting.reading import KeptDay
from registry.scores.running.terms import Terms

Run = tuple[int, int, int]
"""So many counters from a place in a list to a column of the sheet: place, column, length."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the counters of a list go; `columns` has a bit for each column."""

    moves: tuple[tuple[slice, slice], ...]
    """To which places of the layout, from which of the list."""
    columns: int
    counters: int
    """How many the list has."""


Seen = Callable[[Day, "array[int]"], None]
"""Is shown what came by each product on each day."""


class Placing:
    """Made for one run; knows the lists that it has met, by digest."""

    def __init__(self, terms: Terms, lists: Mapping[str, tuple[str, Sequence[str]]]) -> None:
        """`lists` are the profile and the ids of rules, by digest."""
        self._terms, self._lists, self._layout = terms, lists, terms.layout
        self._off = {day.isoformat(): self._columns_off(day) for day in terms.days()}
        self._known: dict[tuple[str, str], Placed] = {}

    def sheet(self, owner: str, rows: Iterable[KeptDay], seen: Seen | None = None) -> Sheet:
        """All that an institution sent; rows of a day stand together."""
        sheet = Sheet(self._layout, owner)
        tallies = [(day_of(name), kept) for name, kept in rows]
        for day, of_day in groupby(tallies, key=lambda each: each[0].day):
            made = []
            for of, kept in of_day:
                made.append(self._sum(self._parts(day, kept)))
                if seen is not None:
                    seen(of, made[-1])
            sheet.add_day(date.fromisoformat(day), self._sum(made))
        return sheet

    def _parts(self, day: str, kept: Document) -> Sequence[array[int]]:
        """Counters of a day in the order of the layout, which are to be added; most often one."""
        parts = [_Planes(self._layout.width)]
        used = 0
        for digest, text in kept["lists"].items():
            placed = self._placed(digest, day)
            if placed.columns & used:
                parts.append(_Planes(self._layout.width))
                used = 0
            used |= placed.columns
            parts[-1].place(placed, planes_of(text))
        made = [each.whole() for each in parts]
        self._add_checks(day, kept["checks"], made[0])
        return made

    def _sum(self, parts: Sequence[array[int]]) -> array[int]:
        """All counters of a day at once, as large numbers in which none carries into the next."""
        if len(parts) == 1:
            return parts[0]
        summed = sum(int.from_bytes(each.tobytes(), sys.byteorder) for each in parts)
        return array("I", summed.to_bytes(4 * self._layout.width, sys.byteorder))

    def _add_checks(self, day: str, checks: Mapping[str, Sequence[int]], counts: array[int]) -> None:
        rules = len(self._layout.pack.rules)
        for rule, found in checks.items():
            column = self._layout.columns.get(rule)
            if column is not None and column not in self._off[day]:
                for field, value in enumerate(found):
                    counts[field * rules + column] += value

    def _columns_off(self, day: date) -> frozenset[int]:
        """The rules that are not asked on a day, or were struck from it."""
        struck = {each.rule for each in self._terms.strikes if each.first <= day <= each.last}
        rules = enumerate(self._layout.pack.rules)
        return frozenset(at for at, rule in rules if rule.id in struck or not rule.in_force(day))

    def _placed(self, digest: str, day: str) -> Placed:
        found = self._known.get((digest, day))
        if found is None:
            found = self._known[digest, day] = self._made(digest, day)
        return found

    def _made(self, digest: str, day: str) -> Placed:
        profile, rules = self._lists[digest]
        span = self._terms.spans.get(profile)
        counters = len(FIELDS) * len(rules)
        if span is None or not span.has(date.fromisoformat(day)):
            return Placed((), 0, counters)
        columns = [self._layout.columns.get(each, -1) for each in rules]
        asked = [(place, at) for place, at in enumerate(columns) if at >= 0 and at not in self._off[day]]
        moves = tuple(_moves(asked, len(rules), len(self._layout.pack.rules)))
        return Placed(moves, sum(1 << at for _, at in asked), counters)


class _Planes:
    """The counters of one day by the places of their bytes, the lowest first."""

    def __init__(self, width: int) -> None:
        self._planes = [bytearray(width)]

    def place(self, placed: Placed, planes: Sequence[bytes]) -> None:
        """Put the counters of a list where they go."""
        found = len(planes[0])
        if found != placed.counters:
            raise StoreError(f"found tallies of a rule list with {found} counters; expected {placed.counters}")
        while len(self._planes) < len(planes):
            self._planes.append(bytearray(len(self._planes[0])))
        for mine, plane in zip(self._planes, planes, strict=False):
            for target, source in placed.moves:
                mine[target] = plane[source]

    def whole(self) -> array[int]:
        """The counters themselves."""
        return whole(self._planes)


def _moves(places: Iterable[tuple[int, int]], listed: int, rules: int) -> Iterator[tuple[slice, slice]]:
    for place, column, length in _runs(places):
        for field in range(len(FIELDS)):
            begin, source = field * rules + column, field * listed + place
            yield slice(begin, begin + length), slice(source, source + length)


def _runs(places: Iterable[tuple[int, int]]) -> Iterator[Run]:
    """What goes on in both is one run."""
    begun: tuple[int, int] | None = None
    length = 0
    for place, column in places:
        if begun is not None and (place, column) == (begun[0] + length, begun[1] + length):
            length += 1
            continue
        if begun is not None:
            yield (*begun, length)
        begun, length = (place, column), 1
    if begun is not None:
        yield (*begun, length)
