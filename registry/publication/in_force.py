"""Which rules applied at an instant: as they were written then, whatever was decided later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from fhir_kernel.store.base import Store
from fhir_kernel.store.records import Document
from registry.enforcement.published import RULES
from registry.enforcement.rules import RuleSet, StandardRule, in_force, rule_set_of
from registry.publication.days import begin_of


@dataclass(frozen=True, slots=True)
class Change:
    """A decision about rules: who wrote what, when and why."""

    at: datetime
    by: str
    reason: str
    rules: RuleSet


async def changes(store: Store) -> Sequence[Change]:
    """Every decision, in the order in which they were made."""
    return [_change(entry) async for _, entry in store.log(RULES)]


async def rules_at(store: Store, instant: datetime) -> Sequence[Document]:
    """The rules that applied at an instant, or will if nothing is decided until then, each with its edition."""
    known: dict[str, RuleSet] = {}
    for each in await changes(store):
        if each.at <= instant:
            known[each.rules.name] = each.rules
    return [_shown(rules, each, force.mode) for rules, each, force in in_force(known.values(), instant)]


def last_instant(day: date, zone: tzinfo) -> datetime:
    """The end of a local day: what began or ended on it counts."""
    return begin_of(day + timedelta(days=1), zone) - timedelta(microseconds=1)


def described(rules: RuleSet, now: datetime) -> Sequence[Document]:
    """All rules of an edition, those too that do not apply at the moment."""
    return [_shown(rules, each, each.rule.mode(now)) for each in rules.rules]


def _shown(rules: RuleSet, each: StandardRule, mode: str) -> Document:
    rule = each.rule
    dates = {
        "observeFrom": rule.observe_from,
        "warnFrom": rule.warn_from,
        "rejectFrom": rule.reject_from,
        "until": rule.until,
    }
    return {
        "profile": rule.profile,
        "type": rule.type,
        "applies": rule.applies,
        "mode": mode,
        "clause": each.clause,
        "standard": rules.standard,
        "edition": rules.edition,
        "package": rules.name,
        **{name: value.astimezone(UTC).isoformat() for name, value in dates.items() if value is not None},
    }


def _change(entry: Any) -> Change:
    return Change(datetime.fromisoformat(entry["at"]), entry["by"], entry["reason"], rule_set_of(entry))
