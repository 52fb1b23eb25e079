"""What a practice run found, by rule and by place; no score comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from conformance.scoring.model import Dimension
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.rules.model import ElementaryRule
from conformance.scoring.wilson import design_effect, lower_bound
from fhir_kernel.issues import Issue
from registry.scores.practice.records import Unread


@dataclass(frozen=True, slots=True)
class Clause:
    """Which standard asks a profile, and the clause that it serves."""

    standard: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """One rule with what was counted of it; `clusters` are the patients among those judged."""

    rule: ElementaryRule
    profile: str
    """`url|version`."""
    title: str
    """Of the profile."""
    clause: Clause
    passed: int
    failed: int
    errors: int
    clusters: int


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as it is told."""

    counted: Counted
    lower: float
    """L: the share that passed, at the least."""
    cost: float
    """Points of 100 that the failures cost at the most, with no other rules than those that were asked here."""

    @property
    def asked(self) -> int:
        """Records of which it was asked."""
        return self.counted.passed + self.counted.failed + self.counted.errors


@dataclass(frozen=True, slots=True)
class Place:
    """One finding in one record."""

    record: str
    rule: str
    """The id of the rule; empty for what FHIR itself asks."""
    issue: Issue


@dataclass(frozen=True, slots=True)
class PracticeReport:
    """Everything that a report shows."""

    records: int
    repeated: int
    """Records that were there before with the same content, and count once."""
    refused: int
    """Records that the server would not keep today."""
    not_read: int
    unread: tuple[Unread, ...]
    """The first of what is not read."""
    rules: tuple[RuleRow, ...]
    """What costs most first, then by id."""
    places: tuple[Place, ...]
    """In the order of the rules; what FHIR itself asks comes first, since it is refused."""
    hidden: Mapping[str, int]
    """By rule, how many more places there are than are told."""


def rows(counted: Iterable[Counted], policy: ScorePolicy) -> tuple[RuleRow, ...]:
    """The rules with their limits and costs, in the order of these."""
    known = list(counted)
    weights: dict[Dimension, float] = {}
    for each in known:
        weights[each.rule.dimension] = weights.get(each.rule.dimension, 0.0) + _weight(each, policy)
    total = fsum(policy.weights[name] for name, weight in weights.items() if weight)
    made = []
    for each in known:
        lower, best = _limit(each, each.passed, policy), _limit(each, each.passed + each.failed, policy)
        among = weights[each.rule.dimension]
        share = _weight(each, policy) / among if among else 0.0
        cost = 100 * policy.weights[each.rule.dimension] / total * share * (best - lower) if total else 0.0
        made.append(RuleRow(each, lower, cost))
    return tuple(sorted(made, key=lambda row: (-row.cost, -row.counted.failed, row.counted.rule.id)))


def in_order(places: Iterable[Place], rules: Sequence[RuleRow]) -> tuple[Place, ...]:
    """Findings in the order of the rules, those of FHIR itself first."""
    order = {row.counted.rule.id: at for at, row in enumerate(rules)}
    return tuple(sorted(places, key=lambda place: order.get(place.rule, -1)))


def _weight(each: Counted, policy: ScorePolicy) -> float:
    return policy.severities[each.rule.severity] * each.rule.weight


def _limit(each: Counted, passed: int, policy: ScorePolicy) -> float:
    judged = each.passed + each.failed
    effect = design_effect(judged, each.clusters, policy.rho)
    return lower_bound(passed / effect, judged / effect, policy.z)
