"""What each rule found, as a TestReport (https://hl7.org/fhir/R4/testreport.html): the rule pack is what was tested."""

from __future__ import annotations

from decimal import Decimal

from fhir_kernel.resource import Resource
from registry.scores.account import RuleAccount, ScoreAccount
from registry.scores.exports.naming import RULE_PACK, SNAPSHOT, identifier, in_both, institution_uri, number
from registry.scores.exports.numbers import instant

_ENGINE = "https://plumbline.dev"


def test_report(account: ScoreAccount) -> Resource:
    """A test for each rule; its score, as R4 has it, is the share of rules that all records pass."""
    results = [_result(each) for each in account.rules]
    judged = [each for each in results if each in ("pass", "fail")]
    name = account.snapshot.pack
    return {
        "resourceType": "TestReport",
        "identifier": identifier(SNAPSHOT, account.snapshot.id),
        "name": name,
        "status": "completed",
        "testScript": {"type": "TestScript", "identifier": identifier(RULE_PACK, name), "display": name},
        "result": _whole(account, judged),
        **({"score": number(Decimal(100 * judged.count("pass")) / len(judged))} if judged else {}),
        "tester": account.snapshot.engine,
        "issued": instant(account.snapshot.taken),
        "participant": [
            {"type": "test-engine", "uri": _ENGINE, "display": account.snapshot.engine},
            {"type": "client", "uri": institution_uri(account), "display": account.subject.name},
        ],
        **({"test": [_test(*each) for each in zip(account.rules, results, strict=True)]} if results else {}),
    }


def _whole(account: ScoreAccount, judged: list[str]) -> str:
    if account.value is None:
        return "pending"
    return "fail" if "fail" in judged else "pass"


def _result(each: RuleAccount) -> str:
    """`skip` where there was nothing to judge; errors of the tool are neither for nor against."""
    if each.judged == 0:
        return "error" if each.errors else "skip"
    return "fail" if each.failed else "pass"


def _test(each: RuleAccount, result: str) -> Resource:
    found = f"judged {each.judged}, passed {each.passed}, failed {each.failed}, errors {each.errors}"
    return {
        "name": each.rule.id,
        **in_both("description", each.title),
        "action": [{"assert": {"result": result, "message": found}}],
    }
