"""Approval (50.00 to 50.99)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from registry.lifecycle.guards.question import Guard, Question
from registry.sentence import Sentence


def reviewer_independent(asked: Question) -> Iterator[Sentence]:
    """Nobody reviews what they or their unit drafted, even if they have left the group."""
    actor = asked.actor
    if actor.id in asked.case.drafters:
        yield Sentence("you have drafted it; somebody else has to review it", "您参与过起草，须由他人审核")
    elif any(each.is_same(actor.unit) for each in asked.case.drafting_units):
        yield Sentence("your unit has drafted it; somebody else has to review it", "您所在单位参与起草，须由他人审核")


def findings_closed(asked: Question) -> Iterator[Sentence]:
    """What the reviewers found is settled."""
    count = len(asked.case.open_matters("finding"))
    if count:
        yield Sentence(f"findings that are not settled: {count}", f"尚有 {count} 条审核问题未解决")


GUARDS: Mapping[str, Guard] = MappingProxyType(
    {"reviewer-independent": reviewer_independent, "findings-closed": findings_closed}
)
