"""An account as the JSON API gives it; peers are told without saying who they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from conformance.scoring.model import Rule
from conformance.scoring.peers import Funnel
from conformance.scoring.said import Said
from conformance.scoring.trends import Trend
from registry.scores.account import RuleAccount, ScoreAccount

Json = dict[str, Any]


def account_json(account: ScoreAccount) -> Json:
    """The whole account."""
    return {
        "institution": {
            "id": account.subject.id,
            "name": account.subject.name,
            "class": account.subject.class_id,
            "jurisdiction": account.subject.jurisdiction,
        },
        "period": {"name": account.snapshot.id[:7], "begin": account.period.begin, "end": account.period.end},
        "snapshot": _members(account.snapshot),
        "score": account.value,
        "lower": account.lower,
        "upper": account.upper,
        "level": account.level,
        "lacks": said_json(account.lacks),
        "gateBroken": account.gate_broken,
        "withheld": said_json(account.withheld),
        "coverage": account.coverage,
        "records": account.records,
        "dimensions": [{**_members(each), "title": _said(each.title)} for each in account.dimensions],
        "rules": [_rule(each) for each in account.rules],
        "excused": account.excused,
        "trend": [
            {"period": each.period, "score": each.value, "lower": each.lower, "upper": each.upper}
            for each in account.trend
        ],
        "windows": [_window(each) for each in account.windows],
        "verification": account.verification,
        **({} if account.peers is None else {"peers": funnel_json(account.peers, account.subject.id)}),
    }


def funnel_json(funnel: Funnel, own: str = "") -> Json:
    """Peers in the order of records and score, which says nothing of who they are; with `own`, which point that is."""
    points = sorted(funnel.points, key=lambda each: (each.records, each.score, each.place))
    told = [
        {"records": each.records, "score": each.score, "place": each.place}
        | ({"own": each.owner == own} if own else {})
        for each in points
    ]
    return {"centre": funnel.centre, "dispersion": funnel.dispersion, "points": told}


def said_json(sayings: Sequence[Said]) -> Sequence[Mapping[str, str]]:
    """Sentences in both languages."""
    return [_said(each) for each in sayings]


def _rule(each: RuleAccount) -> Json:
    return {
        **_asked(each.rule),
        "title": _said(each.title),
        "fix": _said(each.fix),
        "judged": each.judged,
        "passed": each.passed,
        "failed": each.failed,
        "errors": each.errors,
        "effect": each.effect,
        "lower": each.lower,
        "gain": each.gain,
        "examples": [_members(example) for example in each.examples],
    }


def _asked(rule: Rule) -> Json:
    return {
        "id": rule.id,
        "severity": rule.severity,
        "dimension": rule.dimension,
        "reference": rule.reference,
        "clause": rule.clause,
        "strength": rule.strength,
        "dataSet": rule.data_set,
        "measure": rule.measure,
        "weight": rule.weight,
        "owner": rule.owner,
    }


def _window(each: Trend) -> Json:
    return {**_members(each), "change": each.change}


def _members(value: Any) -> Json:
    return {each.name: getattr(value, each.name) for each in fields(value)}


def _said(said: Said) -> Mapping[str, str]:
    return {"en": said.en, "zh": said.zh}
