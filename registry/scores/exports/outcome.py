"""The findings that an account shows, as an OperationOutcome (https://hl7.org/fhir/R4/operationoutcome.html)."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.scoring.model import Severity
from fhir_kernel.resource import Resource
from registry.scores.account import Example, RuleAccount, ScoreAccount
from registry.scores.exports.naming import RULE, in_both
from registry.sentence import Sentence

_SEVERITIES: Mapping[Severity, str] = {"critical": "error", "major": "error", "minor": "warning", "info": "information"}
_NOTHING = Sentence("No rule has failures", "没有规则存在未通过项")


def findings_outcome(account: ScoreAccount) -> Resource:
    """An issue for each example, with its place and masked value; one for a rule that has failures but no example."""
    issues = [_issue(each, one) for each in account.rules if each.failed for one in each.examples or (None,)]
    nothing = {"severity": "information", "code": "informational", "details": in_both("text", _NOTHING)}
    return {"resourceType": "OperationOutcome", "issue": issues or [nothing]}


def _issue(each: RuleAccount, example: Example | None) -> Resource:
    found = "" if example is None else " ".join(filter(None, (example.resource, example.day, example.value)))
    return {
        "severity": _SEVERITIES[each.rule.severity],
        "code": "business-rule",
        "details": {"coding": [{"system": RULE, "code": each.rule.id}], **in_both("text", each.title)},
        **({"diagnostics": found} if found else {}),
        **({"expression": [example.path]} if example is not None and example.path else {}),
    }
