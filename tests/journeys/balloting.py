"""A ballot that fails, one that passes, and the approval after it."""

from __future__ import annotations

from plumbline.demo.registry import stages
from plumbline.demo.registry.packages import package, text_sent_back
from plumbline.demo.registry.people import LEAD, NATION, ROOT, USER
from plumbline.demo.registry.project import Project
from tests.journeys.beginning import DRAFTER
from tests.journeys.saying import says


def first_ballot(project: Project) -> None:
    """Two against two; gives nothing, for it failed."""
    says(project.cannot("secretary", "open-review"), 409, "the papers have not been sent", "'draft for review'")
    stages.send_papers(project, text_sent_back(project.sample))
    says(project.cannot("secretary", "open-review"), 409, "the papers go out 15 days ahead")
    project.calendar.go_on(stages.PAPERS)
    ballot = stages.open_review(project)
    _votes_that_do_not_count(project, ballot)
    one, two, three, four = stages.voters()
    stages.vote(project, ballot, {one: "approve", two: "approve", three: "oppose", four: "oppose"})
    verdict = stages.close_review(project, ballot)
    assert verdict["passed"] is False
    sentence = verdict["sentences"][0]["en"]
    assert "2 of 4 ballots approve, at least 2/3 must" in sentence
    says(project.cannot("secretary", "pass-review"), 409, f"ballot 1: {sentence}")


def _votes_that_do_not_count(project: Project, ballot: str) -> None:
    asking, voter = project.asking, stages.voters()[0]
    digest = project.done("readBallot", by="secretary", id=ballot)["ballot"]["digest"]
    vote = {"choice": "approve", "digest": digest}
    says(asking.refused("castVote", vote, DRAFTER.login, id=ballot), 403, "the member is recused: has drafted")
    says(asking.refused("castVote", vote, USER.login, id=ballot), 403, "you are not on the frozen roster")
    says(asking.refused("castVote", vote, id=ballot), 401, "logged in")
    project.done("noteAttendance", {"member": asking.ids[voter]}, "secretary", id=ballot)
    against = {**vote, "choice": "oppose"}
    says(asking.refused("castVote", against, voter, id=ballot), 422, "a negative vote needs a reason")
    other = {**vote, "digest": "0" * 64}
    says(asking.refused("castVote", other, voter, id=ballot), 409, "the vote is for 0000")
    frozen = project.refused("uploadPackageDraft", by=LEAD.login, content=package(project.sample))
    says(frozen, 409, "the state is 'ballot'")


def second_ballot(project: Project) -> None:
    project.act("secretary", "return-from-review", "文本与数据包不一致")
    project.act("secretary", "prepare-review-again")
    stages.send_papers(project, text_sent_back(project.sample))
    project.calendar.go_on(stages.PAPERS)
    says(project.cannot("secretary", "open-review"), 409, "the draft was sent back and has not changed since")
    stages.send_papers(project)
    project.calendar.go_on(stages.PAPERS)
    ballot = stages.open_review(project)
    stages.vote(project, ballot, dict.fromkeys(stages.voters(), "approve"))
    verdict = stages.close_review(project, ballot)
    assert verdict["sentences"][0]["en"].startswith("passed: 4 approve, 0 oppose")
    late = {"choice": "oppose", "digest": "0" * 64, "reason": "反悔"}
    says(project.refused("castVote", late, stages.voters()[0], id=ballot), 409, "the ballot ended at")


def approved(project: Project) -> None:
    """Nobody approves what they drafted, whatever roles they have."""
    ids = project.asking.ids
    project.asking.done("grantRole", {"role": "I", "scope": NATION}, ROOT, id=ids[LEAD.login])
    project.act("secretary", "pass-review")
    project.act("secretary", "submit")
    says(project.cannot("secretary", "hand-over"), 409, "'letter of submission' (上报函) is missing")
    project.file("secretary", "approval-draft", "interpretation", "submission-letter")
    project.act("secretary", "hand-over")
    project.file("coordination", "coordination-opinion")
    says(project.cannot("secretary", "approve"), 403, "needs one of the roles I", "L (legal department)")
    says(project.cannot(LEAD.login, "approve"), 409, "you have drafted it; somebody else has to review it")
    project.act("coordination", "approve")
    assert project.state == "50.99"
