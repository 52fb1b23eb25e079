"""Findings that no record gives: checks of security (D7) and tests of interfaces (D6).

Each is kept as a document, and counted by its entry in the evidence, both in one commit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from conformance.scoring.canonical import digest
from fhir_kernel.store.base import Transaction
from fhir_kernel.store.records import Document
from fhir_server.repository import EVIDENCE
from registry.model.codec import Kept, read
from registry.records.keeping import timed_name
from registry.refusal import refused
from registry.scores.inputs.check_rules import CheckRule
from registry.scores.inputs.versions import Attribution

CHECKS = "score-check"
OLDEST = timedelta(days=366)
"""How long after it was done a check may be entered."""


@dataclass(frozen=True, slots=True)
class Counts(Kept):
    """How many cases of one rule passed, failed, or could not be told."""

    rule: str
    passed: int
    failed: int
    error: int


@dataclass(frozen=True, slots=True)
class Subject(Kept):
    """Whose system was looked at, and which product it is."""

    institution: str
    product: str = ""
    product_version: str = ""


@dataclass(frozen=True, slots=True)
class Check(Kept):
    """A check as somebody entered it."""

    id: str
    """Of what was checked and when: the same twice is one."""
    subject: Subject
    at: datetime
    """When it was done."""
    counts: Counts
    source: str
    """Who checked, or where the report of it is."""
    decided: Attribution

    @property
    def name(self) -> str:
        """Under which it is kept."""
        return timed_name(quote(self.subject.institution, safe=""), self.at, self.id)


def check_id(subject: Subject, at: datetime, rule: str) -> str:
    """The same for the same."""
    return digest([subject.document(), at.isoformat(), rule])[:32]


async def enter_check(transaction: Transaction, check: Check, where: str) -> bool:
    """Keep a check and count it; whether it is new. Raises Refused (conflict) where another result is kept of it."""
    kept = await transaction.load(CHECKS, check.name)
    if kept is None:
        await transaction.save(CHECKS, check.name, check.document())
        await transaction.append(EVIDENCE, [evidence_of(check.subject, check.at, check.counts)])
        return True
    before = read(Check, kept, id=check.id)
    if before.counts != check.counts:
        shown = f"{before.counts.passed}/{before.counts.failed}/{before.counts.error}"
        raise refused(
            "conflict",
            f"the check of {check.at.isoformat()} was entered with other numbers: {shown} passed, failed, errors",
            f"{check.at.isoformat()} 的检查已录入，结果不同：通过、未通过、错误为 {shown}",
            where,
        )
    return False


def evidence_of(subject: Subject, at: datetime, counts: Counts) -> Document:
    """The entry by which it is counted; it judges by none of the rules that records are judged by."""
    who = {name: text for name, text in subject.document().items() if text}
    return {"instant": at.isoformat(), **who, "check": counts.document(), "rules": []}


def check_when(at: datetime, day: date, rule: CheckRule | None, now: datetime, where: str) -> None:
    """Raises Refused (invalid) where it lies ahead, too far back, or on a day on which the rule is not asked."""
    if not now - OLDEST <= at <= now:
        raise refused(
            "invalid",
            f"found {at.isoformat()}; expected an instant within the last {OLDEST.days} days",
            f"为 {at.isoformat()}；应在最近 {OLDEST.days} 天之内",
            where,
        )
    if rule is not None and not rule.rule.in_force(day):
        until = rule.until or "…"
        raise refused(
            "invalid",
            f"found {day}; expected a day on which {rule.id} is asked, from {rule.since} until {until}",
            f"为 {day}；规则 {rule.id} 的有效期为 {rule.since} 至 {until}",
            where,
        )


def shown(check: Check) -> Mapping[str, Any]:
    """As the JSON API gives it."""
    counts = check.counts.document()
    who = {name: text for name, text in check.subject.document().items() if text}
    return {
        "id": check.id,
        **who,
        "at": check.at,
        **counts,
        "source": check.source,
        "decided": check.decided.document(),
    }
