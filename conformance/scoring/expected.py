"""Which rules count for an institution in a period, and with what weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from conformance.scoring.expectations import Declaration, InstitutionClass
from conformance.scoring.model import Dimension, Rule
from conformance.scoring.period import Period
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.said import ScoringRefused
from conformance.scoring.sheet import Layout


@dataclass(frozen=True, slots=True)
class Entry:
    """One expected rule; `column` is its place in the sheet, `weight` severity times the weight of the profile."""

    rule: Rule
    column: int
    weight: float


@dataclass(frozen=True, slots=True)
class Expected:
    """What a score is taken over: entries, the share of each dimension that has any, and what was declared away.

    Rules that saw no record stay in it, so that what is not sent counts as not met.
    """

    layout: Layout
    entries: tuple[Entry, ...]
    shares: Mapping[Dimension, float]
    volume_columns: Mapping[str, int]
    """By data set, the rule that counts what was received."""
    excused: tuple[str, ...] = ()
    """The rules that approved declarations take out."""

    @property
    def period(self) -> Period:
        """The days that are scored."""
        return self.layout.period


def expected_of(
    layout: Layout, kind: InstitutionClass, declarations: Sequence[Declaration], policy: ScorePolicy
) -> Expected:
    """The rules expected of a class. Raises ScoringRefused for a rule that the pack has not."""
    rules = [_rule(layout, kind, each) for each in sorted(set(kind.rules))]
    asked = [rule for rule in rules if rule.concerns(layout.period) and rule.dimension in policy.weights]
    excused = [rule for rule in asked if any(each.excuses(rule, kind.id, layout.period) for each in declarations)]
    entries = [_entry(layout, rule, policy) for rule in asked if rule not in excused]
    return expected_over(layout, [each for each in entries if each.weight > 0], policy, excused)


def expected_over(
    layout: Layout, entries: Sequence[Entry], policy: ScorePolicy, excused: Sequence[Rule] = ()
) -> Expected:
    """The same over given entries: a dimension without any has no share, and the others have the whole."""
    present = sorted({entry.rule.dimension for entry in entries})
    whole = fsum(policy.weights[name] for name in present)
    shares = {name: policy.weights[name] / whole for name in present}
    volumes = {entry.rule.data_set: entry.column for entry in entries if entry.rule.measure == "volume"}
    return Expected(layout, tuple(entries), shares, volumes, tuple(rule.id for rule in excused))


def _entry(layout: Layout, rule: Rule, policy: ScorePolicy) -> Entry:
    return Entry(rule, layout.columns[rule.id], policy.severities[rule.severity] * rule.weight)


def _rule(layout: Layout, kind: InstitutionClass, name: str) -> Rule:
    column = layout.columns.get(name)
    if column is None:
        pack = layout.pack.name
        text = f"found the rule '{name}'; expected one of {pack}"
        raise ScoringRefused(f"class {kind.id}", text, f"规则“{name}”不在 {pack} 中")
    return layout.pack.rules[column]
