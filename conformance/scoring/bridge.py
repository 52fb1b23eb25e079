"""From the score by one pack of rules to that by another, run side by side: what each difference is worth."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from conformance.scoring.expected import Expected, expected_over
from conformance.scoring.formula import dimensions, score
from conformance.scoring.measured import Measured, measure, volumes_in
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.said import Said, check
from conformance.scoring.sheet import Sheet

Cause = Literal["added", "changed", "removed", "policy"]
_SAID: Mapping[Cause, Said] = {
    "added": Said("is new", "为新增"),
    "changed": Said("has changed", "有变更"),
    "removed": Said("is not asked any more", "不再考核"),
    "policy": Said("is the new policy", "为新的评分政策"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs; `stated` are the expected volumes."""

    sheet: Sheet
    expected: Expected
    stated: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One difference, and by how much it moves the score after those before it."""

    cause: Cause
    subject: str
    """The rule, or the version of the policy."""
    change: Decimal

    @property
    def said(self) -> Said:
        """As a line of the bridge."""
        text = _SAID[self.cause]
        return Said(f"{self.subject} {text.en}: {self.change:+}", f"{self.subject} {text.zh}：{self.change:+}")


@dataclass(frozen=True, slots=True)
class Bridge:
    """The steps between two scores; together they are exactly the difference."""

    old: Decimal
    new: Decimal
    steps: tuple[Step, ...]


def bridge(old: Side, new: Side, policy: ScorePolicy, new_policy: ScorePolicy) -> Bridge:
    """Rules come, change and go in this order, each by itself, and at last the policy."""
    for side in (old, new):
        text = f"{side.expected.layout.pack.name} expects no rule of it; expected one at the least"
        check(bool(side.expected.entries), side.sheet.owner, text, "没有应考核的规则；应至少有一条")
    begun = now = _score(_by_rule(old, policy).values(), old, policy)
    made: list[Step] = []
    for cause, subject, rows in _stages(_by_rule(old, policy), _by_rule(new, policy)):
        then = _score(rows, new, policy)
        made.append(Step(cause, subject, then - now))
        now = then
    end = _score(_by_rule(new, new_policy).values(), new, new_policy)
    if new_policy != policy:
        made.append(Step("policy", new_policy.version, end - now))
    return Bridge(begun, end, tuple(made))


def _stages(
    old: Mapping[str, Measured], new: Mapping[str, Measured]
) -> Iterator[tuple[Cause, str, Sequence[Measured]]]:
    rows = dict(old)
    for name in sorted(new.keys() - old.keys()):
        rows[name] = new[name]
        yield "added", name, tuple(rows.values())
    for name in sorted(new.keys() & old.keys()):
        if _essence(old[name]) != _essence(new[name]):
            rows[name] = new[name]
            yield "changed", name, tuple(rows.values())
    for name in sorted(old.keys() - new.keys()):
        del rows[name]
        yield "removed", name, tuple(rows.values())


def _essence(each: Measured) -> tuple[object, ...]:
    return each.entry.rule.dimension, each.entry.weight, each.lower


def _by_rule(side: Side, policy: ScorePolicy) -> dict[str, Measured]:
    volumes = volumes_in(side.sheet, side.expected, side.stated)
    return {each.entry.rule.id: each for each in measure(side.sheet, side.expected, volumes, policy)}


def _score(rows: Iterable[Measured], side: Side, policy: ScorePolicy) -> Decimal:
    measured = tuple(rows)
    whole = expected_over(side.expected.layout, [each.entry for each in measured], policy)
    return score(dimensions(measured, whole), whole, policy)
