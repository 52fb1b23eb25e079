"""What a score is made of: rules, tallies, periods, classes of institutions and what is expected of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, get_args

from conformance.scoring.said import ScoringRefused, check

Severity = Literal["critical", "major", "minor", "info"]
Dimension = Literal["D1", "D2", "D3", "D4", "D5", "D6", "D7"]
Measure = Literal["conformance", "volume"]
"""`volume`: not how many records are good, but how many of those expected of a data set have come."""
Strength = Literal["SHALL", "SHOULD", "MAY"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
_MONTH = re.compile(r"(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `begin` through `end`."""

    begin: date
    end: date

    def __post_init__(self) -> None:
        text = f"it ends on {self.end}, before it begins on {self.begin}; expected the other way round"
        check(self.begin <= self.end, "period", text, f"结束日 {self.end} 早于开始日 {self.begin};应相反")

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.end - self.begin).days + 1

    @property
    def name(self) -> str:
        """As it is written in a snapshot."""
        return f"{self.begin}/{self.end}"

    def has(self, day: date) -> bool:
        """Whether a day is in it."""
        return self.begin <= day <= self.end

    def shared(self, other: Period) -> int:
        """How many days two periods have in common."""
        return max(0, (min(self.end, other.end) - max(self.begin, other.begin)).days + 1)


def month(text: str, today: date) -> Period:
    """The month that is written `2026-10`; it is over by `today`. Raises ScoringRefused."""
    found = _MONTH.fullmatch(text)
    if found is None:
        raise ScoringRefused(
            "period", f"found '{text}'; expected a month such as 2026-10", f"“{text}”应为月份,如 2026-10"
        )
    begin = date(int(found["year"]), int(found["month"]), 1)
    end = (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    text_en = f"{text} ends on {end}; expected a period that is over, today being {today}"
    check(end < today, "period", text_en, f"{text} 于 {end} 结束;今天是 {today},应选已结束的周期")
    return Period(begin, end)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is asked of records, and the clause of the standard that it serves."""

    id: str
    severity: Severity
    dimension: Dimension
    reference: str = ""
    """The profile, and the FHIRPath within it."""
    clause: str = ""
    strength: Strength = "SHALL"
    since: date = date.min
    until: date | None = None
    """From when on it is not asked any more."""
    data_set: str = ""
    """To which it belongs; empty for what concerns all, such as tests of an interface."""
    measure: Measure = "conformance"
    weight: float = 1.0
    """From the profile's `scoring-rule`."""
    owner: str = ""

    def in_force(self, day: date) -> bool:
        """Whether it is asked on a day."""
        return self.since <= day and (self.until is None or day < self.until)

    def concerns(self, period: Period) -> bool:
        """Whether it is asked on any day of a period."""
        return self.since <= period.end and (self.until is None or period.begin < self.until)


@dataclass(frozen=True, slots=True)
class RulePack:
    """Rules under one name and version, in the order of their ids."""

    name: str
    rules: tuple[Rule, ...]

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.rules, key=lambda rule: rule.id))
        for one, other in pairwise(ordered):
            text = f"the rule '{one.id}' stands in it twice; expected once"
            check(one.id != other.id, self.name, text, f"规则“{one.id}”出现两次;应只有一次")
        for rule in ordered:
            text = f"'{rule.id}' measures a volume of no data set; expected the name of one"
            check(rule.measure != "volume" or rule.data_set != "", self.name, text, f"规则“{rule.id}”未指明数据集")
            text = f"'{rule.id}' has the weight {rule.weight}; expected one above zero"
            check(rule.weight > 0, self.name, text, f"规则“{rule.id}”的权重为 {rule.weight};应大于零")
        _once(self.name, (f"volume of {rule.data_set}" for rule in ordered if rule.measure == "volume"))
        object.__setattr__(self, "rules", ordered)


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of one rule for one institution and product on one day, each record counted once."""

    institution: str
    product: str
    """Name and version, such as `his#2.1`."""
    rule: str
    day: date
    applicable: int = 0
    passed: int = 0
    failed: int = 0
    error: int = 0
    clusters: int = 0
    """Patients among those who passed or failed."""

    def __post_init__(self) -> None:
        if self.applicable == self.passed + self.failed + self.error and self._is_countable():
            return
        found = f"{self.applicable} applicable, {self.passed} passed, {self.failed} failed, {self.error} errors"
        raise ScoringRefused(
            f"tally of {self.institution}, {self.rule}, {self.day}",
            f"found {found}, {self.clusters} clusters; expected none below zero, applicable to be the sum of the "
            "others, and of those judged one cluster at the least and one for each at the most",
            f"{found}, {self.clusters} clusters;各数不应为负,applicable 应为其余之和,clusters 应在 1 与已判定数之间",
        )

    def _is_countable(self) -> bool:
        judged = self.passed + self.failed
        return min(self.passed, self.failed, self.error) >= 0 and min(judged, 1) <= self.clusters <= judged


@dataclass(frozen=True, slots=True)
class InstitutionClass:
    """A kind of institution, and the rules that are expected to find records in each of it."""

    id: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Volume:
    """How many records of a data set are expected of an institution, counted by somebody else."""

    institution: str
    data_set: str
    period: Period
    count: int
    source: str = ""

    def __post_init__(self) -> None:
        where = f"expected volume of {self.institution}, {self.data_set}, {self.period.name}"
        text = f"found {self.count}; expected one record or more, or a declaration that the set does not apply"
        check(self.count >= 1, where, text, f"为 {self.count};应不少于 1,或提交不适用声明")


@dataclass(frozen=True, slots=True)
class Declaration:
    """That a rule or a data set does not apply to a class of institutions, as somebody approved it until a day."""

    class_id: str
    target: str
    reason: str
    begin: date
    expires: date
    """The first day on which it is not valid any more."""
    approved_by: str = ""
    approved_on: date | None = None

    def excuses(self, rule: Rule, class_id: str, period: Period) -> bool:
        """Whether it takes a rule out of a period: approved, and valid on each day."""
        approved = self.approved_by != "" and self.approved_on is not None and self.approved_on <= period.end
        valid = self.begin <= period.begin and period.end < self.expires
        return approved and valid and self.class_id == class_id and self.target in {rule.id, rule.data_set} - {""}


@dataclass(frozen=True, slots=True)
class Standing:
    """What an institution had in a period before: the level that the numbers gave, and the one that it held."""

    earned: int
    held: int


@dataclass(frozen=True, slots=True)
class Institution:
    """Who is scored, and what is known of it from outside."""

    id: str
    class_id: str
    volumes: tuple[Volume, ...] = ()
    open_critical: int = 0
    """Critical findings that are not yet mended."""
    before: Standing | None = None


@dataclass(frozen=True, slots=True)
class Expectations:
    """What is expected of whom; kept in the order of ids, so that the order given is of no account."""

    classes: tuple[InstitutionClass, ...]
    institutions: tuple[Institution, ...]
    declarations: tuple[Declaration, ...] = field(default=())

    def __post_init__(self) -> None:
        for name in ("classes", "institutions"):
            _once(name, (each.id for each in getattr(self, name)))
            object.__setattr__(self, name, tuple(sorted(getattr(self, name), key=lambda each: each.id)))
        object.__setattr__(self, "declarations", tuple(sorted(self.declarations, key=repr)))
        known = {each.id for each in self.classes}
        for each in self.institutions:
            text = f"found the class '{each.class_id}'; expected one of {', '.join(sorted(known))}"
            check(each.class_id in known, each.id, text, f"类别“{each.class_id}”不存在;已有 {'、'.join(sorted(known))}")


def volumes_of(institution: Institution, period: Period) -> Mapping[str, int]:
    """By data set, what is expected in a period, in proportion to the days; none where a day is not spoken of."""
    days: dict[str, int] = {}
    counts: dict[str, int] = {}
    for each in institution.volumes:
        where = f"expected volume of {each.institution}, {each.data_set}"
        text = f"it is given to {institution.id}; expected its own"
        check(each.institution == institution.id, where, text, f"被用于 {institution.id};应为其本身的数量")
        shared = each.period.shared(period)
        days[each.data_set] = days.get(each.data_set, 0) + shared
        text = f"days of {period.name} are spoken of twice; expected once"
        check(days[each.data_set] <= period.days, where, text, f"{period.name} 中有日期重复;应只有一次")
        counts[each.data_set] = counts.get(each.data_set, 0) - (-each.count * shared // each.period.days)
    return {name: count for name, count in counts.items() if days[name] == period.days}


def _once(where: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        check(each not in seen, where, f"'{each}' stands there twice; expected once", f"“{each}”出现两次;应只有一次")
        seen.add(each)
