"""Whom scores are of, and what is expected of them: classes, volumes, declarations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from conformance.scoring.model import Rule
from conformance.scoring.period import Period
from conformance.scoring.said import check, check_once


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
        check(self.count >= 1, where, text, f"为 {self.count}；应不少于 1，或提交不适用声明")


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
            check_once(name, (each.id for each in getattr(self, name)))
            object.__setattr__(self, name, tuple(sorted(getattr(self, name), key=lambda each: each.id)))
        object.__setattr__(self, "declarations", tuple(sorted(self.declarations, key=repr)))
        known = {each.id for each in self.classes}
        for each in self.institutions:
            text = f"found the class '{each.class_id}'; expected one of {', '.join(sorted(known))}"
            check(
                each.class_id in known, each.id, text, f"类别“{each.class_id}”不存在；已有 {'、'.join(sorted(known))}"
            )


def volumes_of(institution: Institution, period: Period) -> Mapping[str, int]:
    """By data set, what is expected in a period, in proportion to the days; none where a day is not spoken of."""
    days: dict[str, int] = {}
    counts: dict[str, int] = {}
    for each in institution.volumes:
        where = f"expected volume of {each.institution}, {each.data_set}"
        text = f"it is given to {institution.id}; expected its own"
        check(each.institution == institution.id, where, text, f"被用于 {institution.id}；应为其本身的数量")
        shared = each.period.shared(period)
        days[each.data_set] = days.get(each.data_set, 0) + shared
        text = f"days of {period.name} are spoken of twice; expected once"
        check(days[each.data_set] <= period.days, where, text, f"{period.name} 中有日期重复；应只有一次")
        counts[each.data_set] = counts.get(each.data_set, 0) - (-each.count * shared // each.period.days)
    return {name: count for name, count in counts.items() if days[name] == period.days}
