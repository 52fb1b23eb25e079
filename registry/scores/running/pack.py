"""The rule pack of a period: what published standards and checks ask on any of its days, minus what errata strike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from conformance.scoring.canonical import digest
from conformance.scoring.model import Rule, RulePack
from conformance.scoring.period import Period
from conformance.scoring.rules.model import ElementaryRule, RuleList
from registry.scores.running.spans import Span
from registry.scores.running.strike import Strike

VOLUME = "volume"
_SHOWN = 12
"""Digits of its digest that are the name of a pack."""


def rule_pack(
    lists: Iterable[RuleList],
    spans: Mapping[str, Span],
    checks: Iterable[Rule],
    strikes: Sequence[Strike],
    period: Period,
) -> RulePack:
    """The rules of a period; its name tells the errata that have a part in it."""
    asked = [each for each in (*_listed(lists, spans), *checks) if each.concerns(period)]
    left = tuple(each for each in asked if _is_asked(each, strikes, period))
    names = sorted({each.erratum for each in strikes if each.rule in {rule.id for rule in asked}})
    return RulePack("+".join((f"rules-{digest(left)[:_SHOWN]}", *names)), left)


def touching(strikes: Iterable[Strike], period: Period) -> tuple[Strike, ...]:
    """The strikes that take anything out of a period, in one order."""
    found = [each for each in strikes if each.first <= period.end and period.begin <= each.last]
    return tuple(sorted(found, key=lambda each: (each.erratum, each.rule, each.first, each.last)))


def _listed(lists: Iterable[RuleList], spans: Mapping[str, Span]) -> Iterator[Rule]:
    """Each rule once; where a profile has several lists, as an engine made them one after the other, any of them."""
    found: dict[str, Rule] = {}
    for each in sorted(lists, key=lambda each: each.digest):
        span = spans.get(each.profile)
        if span is not None:
            for listed in each.rules:
                made = _rule(listed, each.profile, span)
                known = found.get(made.id)
                found[made.id] = made if known is None else _longer(made, known)
    yield from found.values()


def _rule(listed: ElementaryRule, profile: str, span: Span) -> Rule:
    return Rule(
        listed.id,
        listed.severity,
        listed.dimension,
        reference=f"{profile}#{listed.element}" if listed.element else profile,
        clause=span.clause,
        strength=listed.strength,
        since=span.since,
        until=span.until,
        data_set=profile.partition("|")[0],
        measure="volume" if listed.kind == VOLUME else "conformance",
        weight=listed.weight,
        owner=span.standard,
    )


def _longer(one: Rule, other: Rule) -> Rule:
    """The volume of a data set counts as long as any version of its profile does."""
    until = None if one.until is None or other.until is None else max(one.until, other.until)
    return replace(one, since=min(one.since, other.since), until=until)


def _is_asked(rule: Rule, strikes: Sequence[Strike], period: Period) -> bool:
    """Whether a day is left on which it is asked."""
    struck = [each for each in strikes if each.rule == rule.id]
    return not struck or any(
        rule.in_force(day) and not any(each.first <= day <= each.last for each in struck) for day in _days(period)
    )


def _days(period: Period) -> Iterator[date]:
    return (period.begin + timedelta(days=at) for at in range(period.days))
