"""Evidence of use: which rules of an edition are broken most, at which elements, at how many institutions, products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from fhir_kernel.store.base import Reader
from registry.evaluation.tally import OTHERS, Kind, Row, tallied
from registry.model.codec import Kept
from registry.model.edition import Edition
from registry.publication.superseding import all_rules_of

MOST_FINDINGS = 200


@dataclass(frozen=True, slots=True)
class UseFinding(Kept):
    """A kind of finding; `institutions` and `products` are how many have it."""

    issue: str
    element: str
    rule: str
    severity: str
    count: int
    institutions: int
    products: int


@dataclass(frozen=True, slots=True)
class UseOfRule(Kept):
    """How one rule fared."""

    profile: str
    type: str
    clause: str
    records: int
    failed: int
    refused: int
    """Of those that failed, those that were refused for it."""
    untold: int
    """Records of which we could not say."""
    institutions: int
    failing_institutions: int
    products: int
    failing_products: int
    findings: tuple[UseFinding, ...]
    """The most frequent first."""
    findings_left_off: int = 0


@dataclass(frozen=True, slots=True)
class Use(Kept):
    """How an edition fared from one local day to another."""

    edition: str
    """Its number."""
    first: date
    last: date
    rules: tuple[UseOfRule, ...]

    @property
    def failing(self) -> Sequence[tuple[UseOfRule, Fraction]]:
        """The share of failing records of each rule that was asked of some."""
        return [(each, Fraction(each.failed, each.records)) for each in self.rules if each.records]


async def use_of(reader: Reader, its: Edition, first: date, last: date) -> Use:
    """The evidence of an edition and of its amendments; `count_up` before, so that it is complete."""
    asked = [each for rules in await all_rules_of(reader, its) for each in rules.rules]
    made = [
        _of_rule(each.rule.profile, each.rule.type, each.clause, await tallied(reader, each.rule.profile, first, last))
        for each in asked
    ]
    return Use(its.number, first, last, tuple(sorted(made, key=lambda each: (-each.failed, each.profile))))


def _of_rule(profile: str, resource_type: str, clause: str, rows: Sequence[Row]) -> UseOfRule:
    failing = [each for each in rows if each.counts.get("failed")]
    findings = sorted(_findings(rows), key=lambda each: (-each.count, each.element, each.issue))
    return UseOfRule(
        profile=profile,
        type=resource_type,
        clause=clause,
        records=_sum(rows, "records"),
        failed=_sum(rows, "failed"),
        refused=_sum(rows, "refused"),
        untold=_sum(rows, "untold"),
        institutions=_distinct(each.institution for each in rows),
        failing_institutions=_distinct(each.institution for each in failing),
        products=_distinct(each.product for each in rows),
        failing_products=_distinct(each.product for each in failing),
        findings=tuple(findings[:MOST_FINDINGS]),
        findings_left_off=max(0, len(findings) - MOST_FINDINGS),
    )


def _findings(rows: Sequence[Row]) -> Iterable[UseFinding]:
    by_kind: Mapping[Kind, list[tuple[Row, int]]] = defaultdict(list)
    for row in rows:
        for kind, count in row.findings.items():
            by_kind[kind].append((row, count))
    for kind, found in by_kind.items():
        yield UseFinding(
            kind.issue if kind != OTHERS else "others",
            kind.element,
            kind.rule,
            kind.severity,
            sum(count for _, count in found),
            _distinct(row.institution for row, _ in found),
            _distinct(row.product for row, _ in found),
        )


def _sum(rows: Iterable[Row], name: str) -> int:
    return sum(each.counts.get(name, 0) for each in rows)


def _distinct(senders: Iterable[str]) -> int:
    """Senders that are not known count for none."""
    return len(set(senders) - {""})
