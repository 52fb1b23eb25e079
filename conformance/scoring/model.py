"""What a score is made of: rules, and tallies of what they found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal, get_args

from conformance.scoring.period import Period
from conformance.scoring.said import ScoringRefused, check, check_once

Severity = Literal["critical", "major", "minor", "info"]
Dimension = Literal["D1", "D2", "D3", "D4", "D5", "D6", "D7"]
Measure = Literal["conformance", "volume"]
"""`volume`: not how many records are good, but how many of those expected of a data set have come."""
Strength = Literal["SHALL", "SHOULD", "MAY"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


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
            check(one.id != other.id, self.name, text, f"规则“{one.id}”出现两次；应只有一次")
        for rule in ordered:
            _check_rule(rule, self.name)
        check_once(self.name, (f"volume of {rule.data_set}" for rule in ordered if rule.measure == "volume"))
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
            f"{found}，{self.clusters} clusters；各数不应为负，applicable 应为其余之和，clusters 应在 1 与已判定数之间",
        )

    def _is_countable(self) -> bool:
        judged = self.passed + self.failed
        return min(self.passed, self.failed, self.error) >= 0 and min(judged, 1) <= self.clusters <= judged


def _check_rule(rule: Rule, where: str) -> None:
    kinds: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("severity", rule.severity, SEVERITIES),
        ("dimension", rule.dimension, DIMENSIONS),
        ("measure", rule.measure, get_args(Measure)),
    )
    for name, value, known in kinds:
        text = f"'{rule.id}' has the {name} '{value}'; expected one of {', '.join(known)}"
        check(value in known, where, text, f"规则“{rule.id}”的 {name} 为“{value}”；应为 {'、'.join(known)} 之一")
    text = f"'{rule.id}' measures a volume of no data set; expected the name of one"
    check(rule.measure != "volume" or rule.data_set != "", where, text, f"规则“{rule.id}”未指明数据集")
    text = f"'{rule.id}' has the weight {rule.weight}; expected one above 0 and at most 1000"
    check(0 < rule.weight <= 1000, where, text, f"规则“{rule.id}”的权重为 {rule.weight}；应大于 0 且不超过 1000")
