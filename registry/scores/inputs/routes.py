"""The routes below /api by which everything is entered that scores rest on besides traffic."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from conformance.enforcement import Judge
from registry.api.kit import Kit
from registry.api.shapes.ledger import TAKEN
from registry.http.route import Route, answered_by
from registry.scores.inputs import shapes
from registry.scores.inputs.check_desk import CheckDesk
from registry.scores.inputs.deciding_desk import DecidingDesk
from registry.scores.inputs.declaration_desk import DeclarationDesk
from registry.scores.inputs.volume_desk import VolumeDesk
from registry.sentence import Sentence

_route = partial(Route, group="score inputs")


def inputs_routes(kit: Kit, judge: Judge | None) -> list[Route]:
    """The routes, answered for this store; test reports are validated by `judge`."""
    return [
        *answered_by(DECIDING, DecidingDesk(kit)),
        *answered_by(VOLUMES, VolumeDesk(kit)),
        *answered_by(DECLARATIONS, DeclarationDesk(kit)),
        *answered_by(CHECKS, CheckDesk(kit, judge)),
    ]


DECIDING: Sequence[Route] = (
    _route(
        method="GET",
        path="scores/classes",
        operation="listScoreClasses",
        summary=Sentence("Classes of institutions, and what is expected of each", "机构类别及其应达要求"),
        gives=shapes.CLASSES,
        handler=DecidingDesk.classes,
    ),
    _route(
        method="GET",
        path="scores/classes/{id}",
        operation="readScoreClass",
        summary=Sentence("All that was decided of a class", "类别的全部版本"),
        gives=shapes.CLASS_VERSIONS,
        handler=DecidingDesk.class_,
    ),
    _route(
        method="PUT",
        path="scores/classes/{id}",
        operation="decideScoreClass",
        summary=Sentence("Decide what is expected of a class", "确定类别的应达要求"),
        takes=shapes.NEW_CLASS,
        gives=shapes.CLASS,
        access="person",
        handler=DecidingDesk.decide_class,
    ),
    _route(
        method="GET",
        path="scores/policies",
        operation="listScorePolicies",
        summary=Sentence("Score policies that were published", "已发布的评分策略"),
        gives=shapes.POLICIES,
        handler=DecidingDesk.policies,
    ),
    _route(
        method="GET",
        path="scores/policies/{version}",
        operation="readScorePolicy",
        summary=Sentence("One score policy", "单个评分策略"),
        gives=shapes.POLICY,
        handler=DecidingDesk.policy,
    ),
    _route(
        method="POST",
        path="scores/policies",
        operation="publishScorePolicy",
        summary=Sentence("Publish a score policy; its version never changes", "发布评分策略（版本不可更改）"),
        takes=shapes.NEW_POLICY,
        gives=shapes.POLICY,
        status=201,
        access="person",
        handler=DecidingDesk.publish_policy,
    ),
    _route(
        method="GET",
        path="scores/checks/rules",
        operation="listCheckRules",
        summary=Sentence("The register of checks and tests", "检查与测试规则登记"),
        gives=shapes.RULES,
        handler=DecidingDesk.rules,
    ),
    _route(
        method="GET",
        path="scores/checks/rules/{id:path}",
        operation="readCheckRule",
        summary=Sentence("One rule of the register of checks", "单个检查规则"),
        gives=shapes.RULE,
        handler=DecidingDesk.rule,
    ),
    _route(
        method="PUT",
        path="scores/checks/rules/{id:path}",
        operation="decideCheckRule",
        summary=Sentence("Enter a rule into the register of checks, or change it", "登记或更改检查规则"),
        takes=shapes.NEW_RULE,
        gives=shapes.RULE,
        access="person",
        handler=DecidingDesk.decide_rule,
    ),
)
VOLUMES: Sequence[Route] = (
    _route(
        method="GET",
        path="scores/volumes",
        operation="listExpectedVolumes",
        summary=Sentence(
            "Expected volumes, a page at a time, those that hold no longer too", "应报数量（分页，含已失效）"
        ),
        query=shapes.OF_INSTITUTION,
        gives=shapes.VOLUMES,
        access="person",
        handler=VolumeDesk.volumes,
    ),
    _route(
        method="POST",
        path="scores/volumes",
        operation="enterExpectedVolumes",
        summary=Sentence("Enter or correct expected volumes: all rows or none", "录入或更正应报数量（全部或全不）"),
        query=shapes.TABLE_QUERY,
        takes=shapes.TABLE,
        gives=TAKEN,
        access="person",
        handler=VolumeDesk.take,
    ),
    _route(
        method="POST",
        path="scores/volumes/withdrawal",
        operation="withdrawExpectedVolume",
        summary=Sentence("Withdraw an expected volume, which stays on record", "撤销应报数量（保留记录）"),
        takes=shapes.WITHDRAWAL,
        gives=shapes.VOLUME,
        access="person",
        handler=VolumeDesk.withdraw,
    ),
)
DECLARATIONS: Sequence[Route] = (
    _route(
        method="GET",
        path="scores/declarations",
        operation="listDeclarations",
        summary=Sentence("Declarations that something does not apply, a page at a time", "不适用声明（分页）"),
        query=shapes.DECLARATION_QUERY,
        gives=shapes.DECLARATIONS,
        handler=DeclarationDesk.declarations,
    ),
    _route(
        method="GET",
        path="scores/declarations/{id}",
        operation="readDeclaration",
        summary=Sentence("One declaration", "单个声明"),
        gives=shapes.DECLARATION,
        handler=DeclarationDesk.declaration,
    ),
    _route(
        method="POST",
        path="scores/declarations",
        operation="declareNotApplicable",
        summary=Sentence("Ask that something be declared not to apply to a class", "提交不适用声明"),
        takes=shapes.NEW_DECLARATION,
        gives=shapes.DECLARATION,
        status=201,
        access="person",
        handler=DeclarationDesk.declare,
    ),
    _route(
        method="POST",
        path="scores/declarations/{id}/approve",
        operation="approveDeclaration",
        summary=Sentence("Approve a declaration of somebody else", "批准他人的声明"),
        takes=shapes.APPROVAL,
        gives=shapes.DECLARATION,
        access="person",
        handler=DeclarationDesk.approve,
    ),
    _route(
        method="POST",
        path="scores/declarations/{id}/reject",
        operation="rejectDeclaration",
        summary=Sentence("Reject a declaration of somebody else", "驳回他人的声明"),
        takes=shapes.BECAUSE,
        gives=shapes.DECLARATION,
        access="person",
        handler=DeclarationDesk.reject,
    ),
    _route(
        method="POST",
        path="scores/declarations/{id}/revoke",
        operation="revokeDeclaration",
        summary=Sentence("End an approved declaration today", "即日撤销已批准的声明"),
        takes=shapes.BECAUSE,
        gives=shapes.DECLARATION,
        access="person",
        handler=DeclarationDesk.revoke,
    ),
)
CHECKS: Sequence[Route] = (
    _route(
        method="GET",
        path="scores/checks",
        operation="listChecks",
        summary=Sentence("Checks, a page at a time", "检查结果（分页）"),
        query=shapes.OF_INSTITUTION,
        gives=shapes.CHECKS,
        access="person",
        handler=CheckDesk.checks,
    ),
    _route(
        method="POST",
        path="scores/checks",
        operation="enterChecks",
        summary=Sentence("Enter what checks found: all or none", "录入检查结果（全部或全不）"),
        takes=shapes.NEW_CHECKS,
        gives=shapes.ENTERED_CHECKS,
        status=201,
        access="person",
        handler=CheckDesk.enter,
    ),
    _route(
        method="GET",
        path="scores/test-reports",
        operation="listTestReports",
        summary=Sentence("Reports of tests, a page at a time", "测试报告（分页）"),
        query=shapes.OF_INSTITUTION,
        gives=shapes.REPORTS,
        access="person",
        handler=CheckDesk.reports,
    ),
    _route(
        method="GET",
        path="scores/test-reports/{id}",
        operation="readTestReport",
        summary=Sentence("What a report of tests came to", "单个测试报告的结果"),
        gives=shapes.REPORT,
        access="person",
        handler=CheckDesk.report,
    ),
    _route(
        method="GET",
        path="scores/test-reports/{id}/content",
        operation="readTestReportContent",
        summary=Sentence("A report of tests as it was sent", "测试报告原文"),
        gives=shapes.REPORT_FILE,
        access="person",
        handler=CheckDesk.content,
    ),
    _route(
        method="POST",
        path="scores/test-reports",
        operation="enterTestReport",
        summary=Sentence("Enter a TestReport; the same one counts once", "录入 TestReport（同一报告只计一次）"),
        query=shapes.REPORT_QUERY,
        takes=shapes.REPORT_UPLOAD,
        gives=shapes.ENTERED_REPORT,
        status=201,
        access="person",
        handler=CheckDesk.enter_report,
    ),
)
ROUTES: Sequence[Route] = (*DECIDING, *VOLUMES, *DECLARATIONS, *CHECKS)
