"""Tallies of one institution over a period as one array of counters: rules × days, no object for each.

Sums are exact, so the order in which tallies come is of no account.
"""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NoReturn

from conformance.scoring.model import RulePack, Tally
from conformance.scoring.period import Period
from conformance.scoring.said import ScoringRefused, check

FIELDS = ("passed", "failed", "error", "clusters")
MOST = 2**23 - 1
"""Of one counter on one day: the sum over a leap year still fits into a counter."""
_LONGEST = 366


@dataclass(frozen=True)
class Layout:
    """Which counter stands where: for each day, `passed` of all rules, then `failed` and so on, by `FIELDS`."""

    pack: RulePack
    period: Period

    def __post_init__(self) -> None:
        days = self.period.days
        text = f"it has {days} days; expected {_LONGEST} at the most"
        check(days <= _LONGEST, "period", text, f"共 {days} 天；应不超过 {_LONGEST} 天")

    @cached_property
    def columns(self) -> dict[str, int]:
        """By rule, its place among the rules."""
        return {rule.id: at for at, rule in enumerate(self.pack.rules)}

    @cached_property
    def width(self) -> int:
        """Counters of one day."""
        return len(FIELDS) * len(self.pack.rules)

    @cached_property
    def blank(self) -> array[int]:
        """The counters of a day on which nothing came."""
        return array("I", bytes(4 * self.width))

    @cached_property
    def beyond(self) -> int:
        """The bits that no counter of a day has set, as those of one large number."""
        return int.from_bytes(array("I", [2**32 - 1 - MOST] * self.width).tobytes(), sys.byteorder)

    @cached_property
    def begun_or_ended(self) -> tuple[int, ...]:
        """The rules that are not asked on each day of the period."""
        days = (self.period.begin, self.period.end)
        return tuple(at for at, rule in enumerate(self.pack.rules) if not all(rule.in_force(day) for day in days))


class Sheet:
    """The counters of one institution, or of what several of them sent by one product."""

    def __init__(self, layout: Layout, owner: str) -> None:
        self.layout, self.owner = layout, owner
        self.counts = array("I", bytes(4 * layout.width * layout.period.days))
        self._totals: array[int] | None = None
        self.busy: set[int] = set()
        """The days of the period, counted from zero, on which anything came."""

    def add(self, tally: Tally) -> None:
        """Count one more tally. Raises ScoringRefused for an unknown rule, or a day on which it is not asked."""
        begin, column = self._place(tally)
        if tally.applicable > 0:
            self.busy.add(begin // self.layout.width)
        self._totals = None
        rules = len(self.layout.pack.rules)
        for at, value in enumerate((tally.passed, tally.failed, tally.error, tally.clusters)):
            place = begin + at * rules + column
            self.counts[place] = self._within(self.counts[place] + value, tally.day)

    def add_day(self, day: date, counts: array[int]) -> None:
        """Count all tallies of a day at once; `counts` are four-byte counters in the order of the layout."""
        width = self.layout.width
        if len(counts) != width or counts.typecode != "I":
            self._refuse_counters(day, counts)
        begin = self._begin(day)
        self._check_ended(day, counts)
        if counts == self.layout.blank:
            return
        if begin // width in self.busy:
            held = self.counts[begin : begin + width]
            counts = array("I", [self._within(one + other, day) for one, other in zip(held, counts, strict=True)])
        self._totals = None
        self.busy.add(begin // width)
        self.counts[begin : begin + width] = counts

    def merge(self, other: Sheet) -> None:
        """Count all that another has counted."""
        for at, day in enumerate(self.days()):
            begin = at * self.layout.width
            self.add_day(day, other.counts[begin : begin + self.layout.width])

    def days(self) -> Iterator[date]:
        """Each day of the period."""
        first = self.layout.period.begin.toordinal()
        return map(date.fromordinal, range(first, first + self.layout.period.days))

    def totals(self) -> array[int]:
        """The sums over all days, in the order of the layout."""
        if self._totals is None:
            self._totals = self._summed()
        return self._totals

    def total(self, field: int, column: int) -> int:
        """The sum over all days of one counter of a rule."""
        return self.totals()[field * len(self.layout.pack.rules) + column]

    def digest(self) -> str:
        """SHA-256 of the counters, least significant byte first."""
        counts = self.counts
        if sys.byteorder == "big":
            counts = counts[:]
            counts.byteswap()
        return hashlib.sha256(counts).hexdigest()

    def _summed(self) -> array[int]:
        """All counters of a day are added at once, as one large number in which none carries into the next."""
        width, whole = self.layout.width, 0
        for day in self.busy:
            value = int.from_bytes(self.counts[day * width : (day + 1) * width].tobytes(), sys.byteorder)
            if value & self.layout.beyond:
                begin = self.layout.period.begin + timedelta(days=day)
                self._within(max(self.counts[day * width : (day + 1) * width]), begin)
            whole += value
        return array("I", whole.to_bytes(4 * width, sys.byteorder))

    def _place(self, tally: Tally) -> tuple[int, int]:
        """Where the counters of the day begin, and the column of the rule."""
        column = self.layout.columns.get(tally.rule)
        if column is None:
            where = f"tally of {tally.institution}, {tally.rule}, {tally.day}"
            pack = self.layout.pack.name
            raise ScoringRefused(where, f"{pack} has no such rule; expected one of its own", f"{pack} 中没有此规则")
        begin = self._begin(tally.day)
        if not self.layout.pack.rules[column].in_force(tally.day):
            self._refuse_ended(column, tally.day)
        return begin, column

    def _begin(self, day: date) -> int:
        period = self.layout.period
        if not period.has(day):
            text = f"the day is not in {period.name}; expected one that is"
            raise ScoringRefused(f"tallies of {self.owner}, {day}", text, f"该日不在 {period.name} 之内")
        return (day - period.begin).days * self.layout.width

    def _refuse_ended(self, column: int, day: date) -> NoReturn:
        rule = self.layout.pack.rules[column]
        span = f"{rule.since}/{rule.until or ''}"
        text = f"the rule is asked in {span}; expected no tally outside of it"
        where = f"tally of {self.owner}, {rule.id}, {day}"
        raise ScoringRefused(where, text, f"规则仅在 {span} 内有效；此外不应有计数")

    def _refuse_counters(self, day: date, counts: array[int]) -> NoReturn:
        text = f"found {len(counts)} counters of {counts.itemsize} bytes; expected {self.layout.width} of 4"
        zh = f"计数器数目或宽度不符；应为 {self.layout.width} 个 4 字节"
        raise ScoringRefused(f"tallies of {self.owner}, {day}", text, zh)

    def _check_ended(self, day: date, counts: array[int]) -> None:
        rules = self.layout.pack.rules
        for column in self.layout.begun_or_ended:
            if any(counts[column :: len(rules)]) and not rules[column].in_force(day):
                self._refuse_ended(column, day)

    def _within(self, value: int, day: date) -> int:
        if value > MOST:
            text = f"a counter is at {value}; expected {MOST} at the most"
            raise ScoringRefused(f"tallies of {self.owner}, {day}", text, f"计数为 {value}；应不超过 {MOST}")
        return value


def sheets(layout: Layout, tallies: Iterable[Tally]) -> Iterator[Sheet]:
    """A sheet for each institution; the tallies of one stand together, so that only one sheet is held at a time."""
    sheet: Sheet | None = None
    done: set[str] = set()
    for tally in tallies:
        if sheet is None or sheet.owner != tally.institution:
            if sheet is not None:
                yield sheet
            text = "its tallies stand in two places; expected all of them together"
            check(tally.institution not in done, f"tallies of {tally.institution}", text, "其计数分在两处；应排在一起")
            done.add(tally.institution)
            sheet = Sheet(layout, tally.institution)
        sheet.add(tally)
    if sheet is not None:
        yield sheet
