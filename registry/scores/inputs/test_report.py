"""What a TestReport says of the tests of an interface (https://hl7.org/fhir/R4/testreport.html): pure.

An action is passed, passed with a warning, failed, skipped, or ended by an error of the engine. A test passes where all
its actions do. It is an error where the engine failed in it, or had failed in the setup before it was skipped. What was
skipped otherwise did not pass: that something does not apply is for a declaration to say, not for whoever runs tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from conformance.scoring.canonical import digest
from fhir_kernel.resource import Resource
from registry.http.faults import MISSING, Fault, Misformed
from registry.scores.inputs.check_rules import TEST_REPORT
from registry.scores.inputs.checks import Counts
from registry.sentence import Sentence

Outcome = Literal["passed", "failed", "error"]
_LONGEST_REFERENCE = 300
_DAY = 10
_ISSUED = Sentence("the day or the instant at which the tests were run", "测试执行的日期或时刻")
_COMPLETED = Sentence("completed: only a report of all tests counts", "completed（仅计入已完成的报告）")
_RESULT = Sentence("pass or fail", "pass 或 fail")
_SCRIPT = Sentence(
    f"a reference to the TestScript of at most {_LONGEST_REFERENCE} characters, without blanks",
    f"对 TestScript 的引用（reference，不超过 {_LONGEST_REFERENCE} 个字符，无空格）",
)
_TEST = Sentence("one test or more", "至少一个测试")


@dataclass(frozen=True, slots=True)
class TestsRun:
    """What came of the tests of one script."""

    digest: str
    """Of all but id, meta and text: the same report again has the same."""
    script: str
    issued: datetime
    counts: Counts


def tests_run(report: Resource, offset: timedelta) -> TestsRun:
    """What a valid TestReport says; a day without time is the beginning of the local one. Raises Misformed."""
    issued = _instant(report.get("issued"), offset)
    script = _script(report)
    faults = list(_faults(report, issued, script))
    if faults or issued is None or script is None:
        raise Misformed(faults)
    found = Counter(_outcomes(report))
    counts = Counts(f"{TEST_REPORT}{script}", found["passed"], found["failed"], found["error"])
    content = {name: value for name, value in report.items() if name not in ("id", "meta", "text")}
    return TestsRun(digest(content), script, issued, counts)


def _faults(report: Resource, issued: datetime | None, script: str | None) -> Iterator[Fault]:
    if report.get("status") != "completed":
        yield Fault("TestReport.status", report.get("status", MISSING), _COMPLETED)
    if report.get("result") not in ("pass", "fail"):
        yield Fault("TestReport.result", report.get("result", MISSING), _RESULT)
    if issued is None:
        yield Fault("TestReport.issued", report.get("issued", MISSING), _ISSUED)
    if script is None:
        yield Fault("TestReport.testScript.reference", _reference(report) or MISSING, _SCRIPT)
    if not report.get("test"):
        yield Fault("TestReport.test", MISSING, _TEST)


def _script(report: Resource) -> str | None:
    said = _reference(report)
    fits = isinstance(said, str) and len(said) <= _LONGEST_REFERENCE and said.isprintable() and " " not in said
    return said if fits and said else None


def _reference(report: Resource) -> Any:
    return (report.get("testScript") or {}).get("reference")


def _instant(said: Any, offset: timedelta) -> datetime | None:
    """A dateTime of FHIR that tells a day at the least (https://hl7.org/fhir/R4/datatypes.html#dateTime)."""
    if not isinstance(said, str) or len(said) < _DAY:
        return None
    try:
        if len(said) == _DAY:
            return datetime.combine(date.fromisoformat(said), time(), UTC) - offset
        return datetime.fromisoformat(said).astimezone(UTC)
    except ValueError:
        return None  # a leap second: whoever asks says what was found and expected


def _outcomes(report: Resource) -> Iterator[Outcome]:
    setup = _results((report.get("setup") or {}).get("action", ()))
    for test in report["test"]:
        yield _outcome(_results(test.get("action", ())), has_setup_error="error" in setup)


def _outcome(results: Sequence[str], *, has_setup_error: bool) -> Outcome:
    if "error" in results or ("skip" in results and "fail" not in results and has_setup_error):
        return "error"
    return "passed" if results and set(results) <= {"pass", "warning"} else "failed"


def _results(actions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Of the operation or the assert of each action."""
    return [
        each.get("result", "") for action in actions for name in ("operation", "assert") if (each := action.get(name))
    ]
