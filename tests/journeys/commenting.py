"""Two rounds of public comment: the first leads to a major change."""

from __future__ import annotations

from plumbline.demo.registry import stages
from plumbline.demo.registry.packages import package
from plumbline.demo.registry.people import LEAD
from plumbline.demo.registry.project import Project
from tests.journeys.saying import says

PLACE = {"clause": "5.1.10"}
PATIENT = "https://plumbline.dev/fhir/sample/StructureDefinition/sample-patient"


def first_round(project: Project) -> None:
    lead = LEAD.login
    says(project.cannot(lead, "open-comment"), 403, "needs the role S")
    round_ = stages.open_comment(project)
    markup = {"place": PLACE, "text": "<script>alert(1)</script>"}
    says(project.refused("addComment", markup, id=round_), 422, "found the HTML tag <script>")
    project.done("addComment", {"place": PLACE, "text": "出生日期应必填。", "name": "王医生"}, id=round_)
    element = {"canonical": PATIENT, "path": "Patient.photo"}
    project.done("addComment", {"place": element, "text": "照片应必填。"}, id=round_)
    says(project.cannot("secretary", "close-comment"), 409, "comments are taken until")
    project.calendar.go_on(stages.COMMENT)
    late = {"place": PLACE, "text": "太晚了"}
    says(project.refused("addComment", late, id=round_), 409, "the window for comments")
    stages.close_comment(project)
    _disposed(project, round_)


def _disposed(project: Project, round_: str) -> None:
    lead = LEAD.login
    says(project.cannot(lead, "finish-comments"), 409, "comments without a disposition: 2")
    rejected = {"outcome": "rejected"}
    says(project.refused("disposeComment", rejected, lead, id=round_, number=2), 422, "a reason is needed")
    says(project.refused("disposeComment", rejected, "secretary", id=round_, number=2), 403, "needs the role LU")
    stages.dispose(project, round_, 2, "rejected", reason="照片属个人敏感信息")
    stages.dispose(project, round_, 1, "accepted", change="出生日期最少 1 次", isMajor=True)
    project.generate(lead, "comment-table")
    says(project.cannot(lead, "finish-comments"), 409, "a major change was made: public comment has to be repeated")
    table = project.done("readCommentTable", id=round_, query={"format": "csv"}).decode("utf-8-sig")
    assert "照片属个人敏感信息" in table
    assert "王医生" not in table, "who commented did not agree to be named"


def second_round(project: Project) -> None:
    lead = LEAD.login
    project.act(lead, "repeat-comment", "有重大修改")
    project.file("secretary", "comment-notice")
    says(project.cannot("secretary", "open-comment"), 409, "'draft for comment'")
    project.upload(lead, package(project.sample))
    project.file(lead, "comment-draft")
    changed = project.done("comparePackageDrafts", by=lead, number=3)["changes"]
    assert [(each["element"], each["facet"], each["effect"]) for each in changed] == [
        ("Patient.birthDate", "min", "breaking")
    ]
    round_ = stages.open_comment(project)
    rounds = project.done("listConsultations")["consultations"]
    assert [each["round"] for each in rounds] == [1, 2]
    project.done("addComment", {"place": PLACE, "text": "赞成。"}, id=round_)
    project.calendar.go_on(stages.COMMENT)
    stages.close_comment(project)
    stages.dispose(project, round_, 1, "accepted", change="无需改动")
    stages.finish_comments(project)
    assert project.state == "40.00"
