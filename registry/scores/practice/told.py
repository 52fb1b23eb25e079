"""A practice report as JSON, for the API and for `plumbline practice --format json`."""

from __future__ import annotations

from typing import Any

from fhir_kernel.echo import echoed
from fhir_kernel.issues import Issue, Language
from registry.scores.practice.records import Unread
from registry.scores.practice.report import Place, PracticeReport, RuleRow
from registry.sentence import Sentence

UNSCORED = Sentence(
    "This is a practice run: it is not scored, it counts for nobody, and nothing of it is kept",
    "此为练习：不评分，不计入任何机构，也不保存任何内容",
)
_DIGITS = 4


def report_json(report: PracticeReport, language: Language) -> dict[str, Any]:
    """The report; messages in one language, titles and what to do in both."""
    rules = {row.counted.rule.id: row for row in report.rules}
    return {
        "scored": False,
        "note": UNSCORED.document(),
        "records": report.records,
        "repeated": report.repeated,
        "refused": report.refused,
        "notRead": report.not_read,
        "unread": [_unread(each, language) for each in report.unread],
        "rules": [_rule(each) for each in report.rules],
        "findings": [_place(each, rules, language) for each in report.places],
        "hidden": dict(report.hidden),
    }


def found_in(issue: Issue) -> str:
    """What was found, as a person reads it; empty where the message has no such parameter."""
    value = issue.params.get("found")
    return "" if value is None else echoed(value)


def expected_in(issue: Issue) -> str:
    """What was expected, likewise."""
    value = issue.params.get("expected")
    return "" if value is None else echoed(", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value)


def _rule(row: RuleRow) -> dict[str, Any]:
    counted, rule = row.counted, row.counted.rule
    judged = counted.passed + counted.failed
    return {
        "id": rule.id,
        "title": {"en": rule.title.en, "zh": rule.title.zh},
        "fix": {"en": rule.fix.en, "zh": rule.fix.zh},
        "profile": counted.profile,
        "standard": counted.clause.standard,
        "clause": counted.clause.clause,
        "element": rule.element,
        "severity": rule.severity,
        "dimension": rule.dimension,
        "asked": row.asked,
        "passed": counted.passed,
        "failed": counted.failed,
        "errors": counted.errors,
        **({"share": round(counted.passed / judged, _DIGITS)} if judged else {}),
        "lower": round(row.lower, _DIGITS),
        "cost": round(row.cost, _DIGITS),
    }


def _place(place: Place, rules: dict[str, RuleRow], language: Language) -> dict[str, Any]:
    issue, row = place.issue, rules.get(place.rule)
    told: dict[str, Any] = {"record": place.record, **_issue(issue, language)}
    if row is not None:
        rule, clause = row.counted.rule, row.counted.clause
        told["rule"] = rule.id
        told["title"] = {"en": rule.title.en, "zh": rule.title.zh}
        told["fix"] = {"en": rule.fix.en, "zh": rule.fix.zh}
        told |= {"standard": clause.standard, "clause": clause.clause}
    return told


def _unread(each: Unread, language: Language) -> dict[str, Any]:
    return {"record": each.record, **_issue(each.issue, language)}


def _issue(issue: Issue, language: Language) -> dict[str, Any]:
    place = {"line": issue.line, "column": issue.column} if issue.line is not None else {}
    values = {"found": found_in(issue), "expected": expected_in(issue)}
    return {
        "path": issue.path,
        **place,
        "severity": issue.severity,
        "issue": issue.id,
        "message": issue.text(language),
        **{name: text for name, text in values.items() if text},
    }
