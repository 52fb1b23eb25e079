"""A score as a MeasureReport (https://hl7.org/fhir/R4/measurereport.html).

It is a summary: counts of judgements, and what they score; a Patient or Group, whom R4 means by subject, it has none.
The institution is the one that reports. Without a score it has the status `error` and no number that could be one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from conformance.scoring.model import Dimension
from fhir_kernel.resource import Resource
from registry.scores.account import RuleAccount, ScoreAccount
from registry.scores.dimensions import TITLES
from registry.scores.exports.measure import ALL, CANONICAL, HEADS, INCREASE, JUDGED, LEVEL, PASSED, POPULATIONS, RULE
from registry.scores.exports.naming import coded, days, identifiers, institution, number
from registry.scores.exports.numbers import instant


def measure_report(account: ScoreAccount) -> Resource:
    """The score, its limits, coverage, and a group for each dimension with a stratum for each of its rules."""
    return {
        "resourceType": "MeasureReport",
        "identifier": identifiers(account),
        "status": "complete" if account.value is not None else "error",
        "type": "summary",
        "measure": CANONICAL,
        "date": instant(account.snapshot.taken),
        "reporter": institution(account),
        "period": days(account.period),
        "improvementNotation": INCREASE,
        "group": [*_heads(account), *(_dimension(each, account) for each in TITLES)],
    }


def _heads(account: ScoreAccount) -> Iterator[Resource]:
    coverage = number(account.coverage)
    values = {"score": account.value, "lower": account.lower, "upper": account.upper, "coverage": coverage}
    for code, said in HEADS.items():
        level = {"value": {"text": account.level}, **_counts({ALL: account.records}), **_score(account.value)}
        yield {
            "code": coded(code, said),
            **_counts({ALL: account.records}),
            **_score(values[code]),
            **({"stratifier": [{"code": [LEVEL], "stratum": [level]}]} if code == "score" else {}),
        }


def _dimension(name: Dimension, account: ScoreAccount) -> Resource:
    rules = [each for each in account.rules if each.rule.dimension == name]
    found = next((each for each in account.dimensions if each.id == name), None)
    value = number(found.value) if found is not None and account.value is not None else None
    strata = [_rule(each, account) for each in rules]
    counts = {JUDGED: sum(each.judged for each in rules), PASSED: sum(each.passed for each in rules)}
    return {
        "code": coded(name, TITLES[name]),
        **_counts(counts),
        **_score(value),
        "stratifier": [{"code": [RULE], **({"stratum": strata} if strata else {})}],
    }


def _rule(each: RuleAccount, account: ScoreAccount) -> Resource:
    value = number(each.lower) if account.value is not None else None
    return {"value": {"text": each.rule.id}, **_counts({JUDGED: each.judged, PASSED: each.passed}), **_score(value)}


def _counts(counts: Mapping[str, int]) -> Resource:
    return {
        "population": [
            {"code": {"coding": [{"system": POPULATIONS, "code": code}]}, "count": count}
            for code, count in counts.items()
        ]
    }


def _score(value: Decimal | None) -> Resource:
    return {} if value is None else {"measureScore": {"value": value}}
