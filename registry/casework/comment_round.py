"""The next round of public comment of a case: what it would be, and opening it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fhir_kernel.store.base import Transaction
from registry.comments.consultation import Consultation
from registry.comments.opening import open_consultation
from registry.lifecycle.rules import Rules
from registry.model.case import Case
from registry.model.facts import ConsultationFacts
from registry.window import window_end

ACTION, DRAFT = "open-comment", "comment-draft"
"""The action of the rules that opens a round, and the document that it is about."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The window that somebody asks for; `authority` is the name of who may shorten it, where that is who asks."""

    days: int | None = None
    reason: str = ""
    authority: str = ""


def frozen(case: Case, draft: str) -> Mapping[str, str]:
    """The digests of the newest text of a kind and of the newest package: what comments and votes are about."""
    text, package = case.newest(draft), case.facts.package if case.project.has_package else None
    return {
        **({"text": text.digest} if text is not None else {}),
        **({"package": package.digest} if package is not None else {}),
    }


def is_running(case: Case, now: datetime) -> bool:
    """Whether the public can comment now."""
    last = case.facts.consultation
    return last is not None and now < last.closes


def foreseen_comment(case: Case, rules: Rules, asked: Asked, now: datetime, offset: timedelta) -> Case:
    """The case as it would be with the round opened now.

    It stays as it is while a round is running.
    """
    if is_running(case, now):
        return case
    digests, last = frozenset(frozen(case, DRAFT).values()), case.facts.consultation
    usual = rules.window(case.standard, case.project).days
    days = usual if asked.days is None else asked.days
    consultation = ConsultationFacts(
        round=1 if last is None else last.round + 1,
        opens=now,
        closes=window_end(now, days, offset),
        digests=digests,
        is_unchanged=last is not None and last.is_major and last.digests == digests,
        is_shortened=days < usual and bool(asked.authority),
    )
    return replace(case, facts=replace(case.facts, consultation=consultation))


async def open_comment(
    transaction: Transaction,
    case: Case,
    rules: Rules,
    asked: Asked,
    *,
    id_: str,
    by: str,
    now: datetime,
    offset: timedelta,
) -> Consultation:
    """Open the round. Raises Refused."""
    return await open_consultation(
        transaction,
        id=id_,
        project=case.project.id,
        kind=case.standard.kind,
        digests=frozen(case, DRAFT),
        usual_days=rules.window(case.standard, case.project).days,
        days=asked.days,
        authority=asked.authority,
        reason=asked.reason,
        opened_by=by,
        now=now,
        offset=offset,
    )
