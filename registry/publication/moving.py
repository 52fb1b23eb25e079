"""Moves the dates of a rule, by a decision of a named authority with its reason; what applied stays on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal, get_args

from conformance.rules_in_force import Rule
from fhir_kernel.clock import NewId
from fhir_kernel.store.base import Transaction
from registry.enforcement.published import write_rules
from registry.enforcement.rules import RuleSet, changed
from registry.plain_text import plain_text
from registry.publication.superseding import rules_of
from registry.refusal import Refused
from registry.sentence import Sentence

Moved = Literal["observeFrom", "warnFrom", "rejectFrom", "until"]
MOVED: tuple[Moved, ...] = get_args(Moved)
LONGEST_REASON = 2_000


async def move_dates(
    transaction: Transaction,
    edition: str,
    profile: str,
    dates: Mapping[Moved, datetime],
    *,
    reason: str,
    by: str,
    now: datetime,
    new_id: NewId,
) -> RuleSet:
    """Give the rule for a profile, a canonical `url|version`, other dates. None of them may lie in the past.

    Raises Refused: no such rule (missing); nothing to move, a past day, dates out of order, no reason (invalid).
    """
    said = plain_text(reason, most=LONGEST_REASON, where="reason")
    if not dates:
        listed = ", ".join(MOVED)
        raise _invalid(f"found no date; expected one of {listed}", f"没有日期；应有 {listed} 之一", "dates")
    for name, date in dates.items():
        if date < now:
            raise _invalid(
                f"found {date.isoformat()}; expected an instant to come, for what was judged stays as it was",
                f"现为 {date.isoformat()}；应为将来的时刻，已作出的判断不再改变",
                name,
            )
    rules = await rules_of(transaction, edition)
    if rules is None:
        sentence = Sentence("the edition has no published rules", "该标准没有已发布的规则")
        raise Refused("missing", (sentence,), where="edition")
    made = changed(rules, profile, lambda rule: _moved(rule, dates))
    await write_rules(transaction, [made], now, new_id, by=by, reason=said)
    return made


def _moved(rule: Rule, dates: Mapping[Moved, datetime]) -> Rule:
    return replace(
        rule,
        observe_from=dates.get("observeFrom", rule.observe_from),
        warn_from=dates.get("warnFrom", rule.warn_from),
        reject_from=dates.get("rejectFrom", rule.reject_from),
        until=dates.get("until", rule.until),
    )


def _invalid(en: str, zh: str, where: str) -> Refused:
    return Refused("invalid", (Sentence(en, zh),), where=where)
