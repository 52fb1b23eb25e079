"""What is entered of a month besides records: checks of security and tests of interfaces."""

from __future__ import annotations

from collections.abc import Sequence

from tests.journeys.scores.ground import Ground

CHECKS = ("real-name-tokens", "audit", "tls", "restore-drill")
TESTS = "https://example.org/TestScript/exchange"


def supplied(place: Ground, names: Sequence[str], month: str) -> None:
    """For each institution, all of them passed; what is entered twice is there once."""
    at = f"{month}-20T09:00:00+08:00"
    counts = {"passed": 50, "failed": 0, "error": 0}
    checks = [
        {"institution": who, "rule": f"check:{name}", "at": at, **counts, "source": "an inspection"}
        for who in names
        for name in CHECKS
    ]
    for is_new in (True, False):
        entered = place.asking.done("enterChecks", {"checks": checks}, "evaluator")["checks"]
        assert {each["isNew"] for each in entered} == {is_new}
        for who in names:
            report = place.asking.done("enterTestReport", _report(at, who), "evaluator", query={"institution": who})
            assert (report["isNew"], report["report"]["passed"]) == (is_new, 40)


def _report(at: str, who: str) -> dict[str, object]:
    """https://hl7.org/fhir/R4/testreport.html"""
    tests = [{"name": f"t{number}", "action": [{"assert": {"result": "pass"}}]} for number in range(40)]
    script = {"reference": TESTS}
    return {
        "resourceType": "TestReport",
        "status": "completed",
        "testScript": script,
        "result": "pass",
        "issued": at,
        "tester": who,
        "test": tests,
    }
