"""The routes below /api by which scores are handed out, and checked by their digests."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.kit import Kit
from registry.http.route import Route, answered_by
from registry.scores.exports import shapes
from registry.scores.exports.desk import AccountReader, ExportDesk
from registry.sentence import Sentence

_route = partial(Route, group="scores", method="GET")
_ACCOUNT = "scores/{snapshot}/institutions/{id}"
_DIGEST = "scores/verification/{digest}"


def exports_routes(kit: Kit, account_of: AccountReader) -> list[Route]:
    """The routes, answered for this store; `account_of` reads accounts, for those who may see them."""
    return answered_by(ROUTES, ExportDesk(kit, account_of))


ROUTES: Sequence[Route] = (
    _route(
        path=f"{_ACCOUNT}/report",
        operation="showScoreReport",
        summary=Sentence("The report of a score as a page that prints", "评价报告（可打印网页）"),
        query=shapes.LANGUAGE,
        gives=shapes.PAGE,
        handler=ExportDesk.report,
    ),
    _route(
        path=f"{_ACCOUNT}/workbook",
        operation="readScoreWorkbook",
        summary=Sentence("The score as a workbook: verdict, dimensions, rules, examples", "评价结果（Excel 工作簿）"),
        query=shapes.LANGUAGE,
        gives=shapes.WORKBOOK,
        handler=ExportDesk.workbook,
    ),
    _route(
        path=f"{_ACCOUNT}/csv",
        operation="readScoreTable",
        summary=Sentence("The rules of a score as CSV", "各规则结果（CSV）"),
        query=shapes.LANGUAGE,
        gives=shapes.CSV,
        handler=ExportDesk.csv,
    ),
    _route(
        path=f"{_ACCOUNT}/measure-report",
        operation="readMeasureReport",
        summary=Sentence("The score as a MeasureReport", "评价结果（FHIR MeasureReport）"),
        gives=shapes.RESOURCE,
        handler=ExportDesk.measure_report,
    ),
    _route(
        path=f"{_ACCOUNT}/test-report",
        operation="readScoreTestReport",
        summary=Sentence("What each rule found, as a TestReport", "各规则结果（FHIR TestReport）"),
        gives=shapes.RESOURCE,
        handler=ExportDesk.test_report,
    ),
    _route(
        path=f"{_ACCOUNT}/operation-outcome",
        operation="readFindingsOutcome",
        summary=Sentence("Examples of findings as an OperationOutcome", "问题示例（FHIR OperationOutcome）"),
        gives=shapes.RESOURCE,
        handler=ExportDesk.outcome,
    ),
    _route(
        path=f"{_ACCOUNT}/document-reference",
        operation="readReportReference",
        summary=Sentence("Where the report is, and its digests", "报告引用及摘要（FHIR DocumentReference）"),
        gives=shapes.RESOURCE,
        handler=ExportDesk.document_reference,
    ),
    _route(
        path="scores/measure",
        operation="readScoreMeasure",
        summary=Sentence("The Measure that MeasureReports refer to", "得分的度量定义（FHIR Measure）"),
        gives=shapes.RESOURCE,
        handler=ExportDesk.measure,
    ),
    _route(
        path=_DIGEST,
        operation="verifySnapshot",
        summary=Sentence("What was published with a digest, when, and by which rules", "按摘要核验快照"),
        gives=shapes.VERIFIED,
        handler=ExportDesk.verification,
    ),
    _route(
        path=f"{_DIGEST}/page",
        operation="showVerification",
        summary=Sentence("The same as a page that says how to check it", "按摘要核验快照（网页）"),
        query=shapes.LANGUAGE,
        gives=shapes.PAGE,
        handler=ExportDesk.verification_page,
    ),
)
