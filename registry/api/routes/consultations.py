"""Public comment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from registry.api.desks.consultations import ConsultationsDesk
from registry.api.shapes import rounds as shapes
from registry.http.route import Route
from registry.sentence import Sentence

_route = partial(Route, group="consultations")

ROUTES: Sequence[Route] = (
    _route(
        method="GET",
        path="projects/{id}/consultations",
        operation="listConsultations",
        summary=Sentence("The rounds of public comment of a project", "项目的征求意见轮次"),
        gives=shapes.CONSULTATIONS,
        handler=ConsultationsDesk.of_project,
    ),
    _route(
        method="GET",
        path="consultations/{id}",
        operation="readConsultation",
        summary=Sentence("A round of public comment, with its frozen digests", "征求意见及冻结的摘要"),
        gives=shapes.CONSULTATION,
        handler=ConsultationsDesk.consultation,
    ),
    _route(
        method="GET",
        path="consultations/{id}/parties",
        operation="listParties",
        summary=Sentence("Who was asked, and who has answered", "征求意见单位及回函情况"),
        gives=shapes.PARTIES,
        access="person",
        handler=ConsultationsDesk.parties,
    ),
    _route(
        method="POST",
        path="consultations/{id}/parties",
        operation="notifyParties",
        summary=Sentence("Note that parties were sent the draft", "登记发送单位"),
        takes=shapes.NEW_PARTIES,
        gives=shapes.PARTIES,
        status=201,
        access="person",
        handler=ConsultationsDesk.ask,
    ),
    _route(
        method="PUT",
        path="consultations/{id}/parties/{party}/return",
        operation="noteReturn",
        summary=Sentence("Note that a party has answered", "登记回函"),
        takes=shapes.RETURN,
        gives=shapes.PARTY,
        access="person",
        handler=ConsultationsDesk.note_return,
    ),
    _route(
        method="GET",
        path="consultations/{id}/comments",
        operation="listComments",
        summary=Sentence("Comments with their dispositions, a page at a time", "意见及处理情况（分页）"),
        query=shapes.PAGING,
        gives=shapes.COMMENTS,
        handler=ConsultationsDesk.comments,
    ),
    _route(
        method="POST",
        path="consultations/{id}/comments",
        operation="addComment",
        summary=Sentence("Comment on a clause or on an element", "提交意见"),
        takes=shapes.NEW_COMMENT,
        gives=shapes.COMMENT,
        status=201,
        rate="comment",
        handler=ConsultationsDesk.comment,
    ),
    _route(
        method="GET",
        path="consultations/{id}/comments/{number}",
        operation="readComment",
        summary=Sentence("A comment", "一条意见"),
        gives=shapes.COMMENT,
        handler=ConsultationsDesk.one_comment,
    ),
    _route(
        method="PUT",
        path="consultations/{id}/comments/{number}/disposition",
        operation="disposeComment",
        summary=Sentence("Dispose of a comment; earlier decisions are kept", "处理意见"),
        takes=shapes.NEW_DISPOSITION,
        gives=shapes.DISPOSITION,
        access="person",
        handler=ConsultationsDesk.dispose,
    ),
    _route(
        method="POST",
        path="consultations/{id}/comments/{number}/withholding",
        operation="withholdAuthor",
        summary=Sentence("Take away who commented; what was said stays", "隐去意见提出人"),
        takes=shapes.WITHHOLDING,
        gives=shapes.COMMENT,
        access="person",
        handler=ConsultationsDesk.withhold,
    ),
    _route(
        method="GET",
        path="consultations/{id}/table",
        operation="readCommentTable",
        summary=Sentence("The table of comments and their disposition", "意见汇总处理表"),
        query=shapes.AS_TABLE,
        gives=shapes.TABLE_FILE,
        handler=ConsultationsDesk.table,
    ),
)
