"""From which day until which the profiles of published standards count for scores.

A profile counts from the local day on which it is held to in full, which for a standard is the day of implementation:
time to get ready is not scored, and no record counts for an edition and for the one that takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from conformance.rules_in_force import Rule
from registry.enforcement.rules import RuleSet


@dataclass(frozen=True, slots=True)
class Span:
    """The days on which a profile counts, and why."""

    since: date
    until: date | None = None
    """The first day on which it does not count any more."""
    clause: str = ""
    standard: str = ""

    def has(self, day: date) -> bool:
        """Whether it counts on a day."""
        return self.since <= day and (self.until is None or day < self.until)


def spans_of(sets: Iterable[RuleSet], zone: tzinfo) -> Mapping[str, Span]:
    """By profile, a canonical `url|version`; of one that several standards ask, the days of them all."""
    found: dict[str, Span] = {}
    for rules in sets:
        for each in rules.rules:
            begun = _begun(each.rule)
            if begun is not None:
                span = Span(begun.astimezone(zone).date(), _until(each.rule.until, zone), each.clause, rules.standard)
                known = found.get(each.rule.profile)
                found[each.rule.profile] = span if known is None else _both(known, span)
    return {name: each for name, each in sorted(found.items()) if each.until is None or each.since < each.until}


def _begun(rule: Rule) -> datetime | None:
    return rule.reject_from or rule.warn_from or rule.observe_from


def _until(ended: datetime | None, zone: tzinfo) -> date | None:
    """A day that ends before it is over counts as a whole."""
    if ended is None:
        return None
    local = ended.astimezone(zone)
    return local.date() if local.time() == time() else local.date() + timedelta(days=1)


def _both(one: Span, other: Span) -> Span:
    until = None if one.until is None or other.until is None else max(one.until, other.until)
    clause, standard = one.clause or other.clause, min(one.standard, other.standard)
    return Span(min(one.since, other.since), until, clause, standard)
