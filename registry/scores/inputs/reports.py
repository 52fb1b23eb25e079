"""TestReports as they are kept: the content, what it came to, and for whom; the same report counts once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from conformance.enforcement import Judge
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Reader, Transaction
from fhir_server.repository import EVIDENCE
from registry.model.codec import Kept, read
from registry.records.keeping import id_in, missing, timed_name
from registry.refusal import Refused, refused
from registry.scores.inputs.check_rules import CHECK_RULES, SHIPPED, CheckRule
from registry.scores.inputs.checks import Counts, Subject, check_when, evidence_of
from registry.scores.inputs.versions import Attribution
from registry.sentence import Sentence

REPORTS, PLACES = "score-test-report", "score-test-report-place"
"""The collections: reports by institution and time, and by the digest of a report the name under which it is kept."""
_REPORT = Sentence("test report", "测试报告")
_MOST_TOLD = 50
_TYPE = "TestReport"
_CORE = f"http://hl7.org/fhir/StructureDefinition/{_TYPE}|4.0.1"


@dataclass(frozen=True, slots=True)
class KeptReport(Kept):
    """A report of tests at an institution."""

    id: str
    """The digest of what it says."""
    subject: Subject
    at: datetime
    """When the tests were run."""
    counts: Counts
    content: str
    """The SHA-256 of the bytes that were sent."""
    decided: Attribution

    @property
    def name(self) -> str:
        """Under which it is kept."""
        return timed_name(quote(self.subject.institution, safe=""), self.at, self.id)


def report_of(name: str, kept: Mapping[str, Any]) -> KeptReport:
    """The report that was kept as a document."""
    return read(KeptReport, kept, id=id_in(name))


async def kept_report(reader: Reader, id_: str) -> KeptReport:
    """One by its digest. Raises Refused (missing)."""
    place = await reader.load(PLACES, id_)
    kept = None if place is None else await reader.load(REPORTS, place["name"])
    if place is None or kept is None:
        raise missing(_REPORT, id_)
    return report_of(place["name"], kept)


def check_valid(report: Resource, judge: Judge | None, now: datetime) -> None:
    """Raises Refused: invalid with what is wrong with it as a TestReport of R4; conflict where nobody can tell."""
    if report.get("resourceType") != _TYPE:
        found = str(report.get("resourceType", "-"))[:60]
        raise refused("invalid", f"found '{found}'; expected {_TYPE}", f"为“{found}”；应为 {_TYPE}", "resourceType")
    judgement = None if judge is None else judge.judge(report, method="POST", now=now)
    if judgement is None or all(each.rule != _CORE for each in judgement.verdicts):
        raise refused(
            "conflict",
            "this server does not validate test reports; one counts only where it was validated",
            "本服务器不校验测试报告；测试报告须经校验方可计入",
        )
    if judgement.occasion.is_test:
        raise refused(
            "invalid", "found the label HTEST; test data enters no score", "含有 HTEST 标签；测试数据不计入评分", "meta"
        )
    if not judgement.accepted or any(each.result == "failed" for each in judgement.verdicts):
        issues = [each for verdict in judgement.verdicts for each in verdict.issues if each.is_error]
        raise Refused("invalid", [_said(each) for each in (issues or judgement.issues)[:_MOST_TOLD]], where=_TYPE)


async def enter_report(
    transaction: Transaction, report: KeptReport, day: date, now: datetime
) -> tuple[KeptReport, bool]:
    """Keep a report and count its tests; gives what is kept, and whether it is new. Raises Refused."""
    place = await transaction.load(PLACES, report.id)
    if place is not None:
        return await _again(transaction, report), False
    rule = await _rule(transaction, report, day)
    check_when(report.at, day, rule, now, f"{_TYPE}.issued")
    await transaction.save(REPORTS, report.name, report.document())
    await transaction.save(PLACES, report.id, {"name": report.name})
    await transaction.append(EVIDENCE, [evidence_of(report.subject, report.at, report.counts)])
    return report, True


async def _again(reader: Reader, report: KeptReport) -> KeptReport:
    before = await kept_report(reader, report.id)
    if before.subject != report.subject:
        said = " ".join(filter(None, before.subject.document().values()))
        raise refused(
            "conflict",
            f"the same report was entered for {said}; expected the report of another run",
            f"同一报告已为 {said} 录入；应为另一次执行的报告",
        )
    return before


async def _rule(transaction: Transaction, report: KeptReport, day: date) -> CheckRule:
    """The rule that the tests serve; it begins with the month of the first report, since months are what is scored."""
    id_ = report.counts.rule
    known = await CHECK_RULES.versions(transaction, id_)
    if known or id_ in SHIPPED:
        return known[0] if known else SHIPPED[id_]
    script = id_.partition(":")[2]
    title = Sentence(f"Tests of {script}", f"{script} 的测试")
    fix = Sentence(
        "Look into the tests that failed, mend the interface, and run them again",
        "查明未通过的测试，修复接口后重新执行",
    )

    def first(version: int) -> CheckRule:
        return CheckRule(id_, title, fix, "D6", since=day.replace(day=1), version=version, decided=report.decided)

    return await CHECK_RULES.save_next(transaction, id_, first)


def _said(found: Issue) -> Sentence:
    return Sentence(f"{found.path}: {found.text('en')}", f"{found.path}：{found.text('zh')}")
