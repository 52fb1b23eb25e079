"""Lays the tallies of days into the sheet of an institution: whole lists of rules at a time, never rule by rule.

The rules of a list are neighbours in a pack, as both are in the order of ids, so that a few pieces of what is kept make
a day, and they are taken as they are kept, byte by byte of all counters. Which pieces is found out once for each day of
the period, and serves everybody. Where two lists speak of the same rules, as one was made after the other, both are
added.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import NoReturn

from conformance.scoring.counting.counters import planes_of, whole
from conformance.scoring.counting.deltas import Day
from conformance.scoring.sheet import FIELDS, Sheet
from fhir_kernel.errors import StoreError
from fhir_kernel.store.records import Document
from registry.scores.counting.names import day_of
from registry.scores.counting.reading import KeptDay
from registry.scores.running.terms import Terms

Planes = Sequence[bytes]
"""The bytes of all counters of a list by their place, the lowest first."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How lists of which no two speak of the same rule make the counters of a day."""

    digests: frozenset[str]
    lists: tuple[tuple[str, Planes], ...]
    """Digests in the order in which the counters are joined, and what stands for a list that nothing came of."""
    pieces: Callable[[bytes], Iterable[bytes]]
    """Those of the joined counters, and of the zeros after them, in the order of the layout."""
    zeros: bytes

    def laid(self, given: Mapping[str, Planes]) -> array[int]:
        """The counters in the order of the layout."""
        found = [given.get(digest, nothing) for digest, nothing in self.lists]
        laid = []
        for place in range(max(map(len, found), default=1)):
            plane = [each[place] if place < len(each) else bytes(len(each[0])) for each in found]
            laid.append(b"".join(self.pieces(b"".join([*plane, self.zeros]))))
        return whole(laid)


Seen = Callable[[Day, "array[int]"], None]
"""Is shown what came by each product on each day."""


class Placing:
    """Made for one run; knows the lists that it has met, by digest."""

    def __init__(self, terms: Terms, lists: Mapping[str, tuple[str, Sequence[str]]]) -> None:
        """`lists` are the profile and the ids of rules, by digest."""
        self._terms, self._lists, self._layout = terms, lists, terms.layout
        self._off = {day.isoformat(): self._columns_off(day) for day in terms.days()}
        self._counters = {digest: len(FIELDS) * len(rules) for digest, (_, rules) in lists.items()}
        self._plans: dict[str, Sequence[Plan]] = {}

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
        given = {digest: planes_of(text) for digest, text in kept["lists"].items()}
        for digest, planes in given.items():
            if len(planes[0]) != self._counters[digest]:
                self._refuse(len(planes[0]), self._counters[digest])
        made = [plan.laid(given) for plan in self._plans_of(day) if not plan.digests.isdisjoint(given)]
        if not made:
            made = [self._layout.blank[:]]
        self._add_checks(day, kept["checks"], made[0])
        return made

    def _refuse(self, found: int, expected: int) -> NoReturn:
        raise StoreError(f"found tallies of a rule list with {found} counters; expected {expected}")

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

    def _plans_of(self, day: str) -> Sequence[Plan]:
        found = self._plans.get(day)
        if found is None:
            found = self._plans[day] = [self._plan(each) for each in _apart(self._asked(day))]
        return found

    def _asked(self, day: str) -> Iterator[tuple[str, Mapping[int, int]]]:
        """By list that is asked on a day, which of its rules stands in which column."""
        for digest, (profile, rules) in self._lists.items():
            span = self._terms.spans.get(profile)
            if span is not None and span.has(date.fromisoformat(day)):
                columns = [self._layout.columns.get(each, -1) for each in rules]
                places = {at: place for place, at in enumerate(columns) if at >= 0 and at not in self._off[day]}
                if places:
                    yield digest, places

    def _plan(self, asked: Sequence[tuple[str, Mapping[int, int]]]) -> Plan:
        listed = {digest: self._counters[digest] for digest, _ in asked}
        zeros = sum(listed.values())
        sources, begin = list(range(zeros, zeros + self._layout.width)), 0
        for digest, places in asked:
            rules = len(self._lists[digest][1])
            for field in range(len(FIELDS)):
                for column, place in places.items():
                    sources[field * len(self._layout.pack.rules) + column] = begin + field * rules + place
            begin += listed[digest]
        # With one piece more, of no bytes: of a single one no sequence would be got.
        pieces = itemgetter(slice(0), *_runs(sources))
        nothing = tuple((digest, (bytes(many),)) for digest, many in listed.items())
        return Plan(frozenset(listed), nothing, pieces, bytes(self._layout.width))


def _apart(asked: Iterable[tuple[str, Mapping[int, int]]]) -> Sequence[Sequence[tuple[str, Mapping[int, int]]]]:
    """Groups of lists, in each of which no two speak of the same rule."""
    groups: list[list[tuple[str, Mapping[int, int]]]] = []
    for each in asked:
        fitting = (group for group in groups if all(each[1].keys().isdisjoint(other) for _, other in group))
        group = next(fitting, None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    return groups


def _runs(places: Sequence[int]) -> Iterator[slice]:
    """Places that follow one another are one run."""
    begin = 0
    for at in range(1, len(places) + 1):
        if at == len(places) or places[at] != places[at - 1] + 1:
            yield slice(places[begin], places[at - 1] + 1)
            begin = at
