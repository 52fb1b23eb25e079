"""The review of a standard, with the evidence of its use, and what follows from it."""

from __future__ import annotations

import json

from plumbline.demo.registry import stages
from plumbline.demo.registry.people import LEAD
from plumbline.demo.registry.project import Project
from tests.journeys.publishing import FIRST, SECOND
from tests.journeys.saying import says

E = "evaluator"


def reviews_are_due(project: Project) -> None:
    """Within five years, which the list tells; earlier there must be a cause."""
    assert project.asking.done("listReviews")["reviews"] == []
    due = project.asking.done("listReviews", query={"within": 3_650})["reviews"]
    assert [(each["number"], each["isOverdue"], each["triggers"]) for each in due] == [(FIRST, False, 0)]
    says(project.cannot(E, "start-review"), 409, "the periodic review is due on", "earlier it needs a trigger")
    law = {"cause": "law", "text": "法规已修订"}
    says(project.refused("raiseTrigger", law), 401, "raising a cause for a review needs one of the roles")
    project.done("raiseTrigger", {"cause": "fault", "text": "性别代码未要求填写，无法统计"})
    says(project.cannot("secretary", "start-review"), 403, "needs one of the roles")


def reviewed(project: Project, conclusion: str, reason: str) -> None:
    """Evidence, the vote of the committee, the conclusion."""
    project.act(E, "start-review")
    says(project.cannot(E, "conclude-review"), 409, "'report on implementation'", "'evaluation data'")
    says(project.refused("fileImplementationReport", {}), 401, "this needs a person who is logged in")
    project.done("fileImplementationReport", {"days": 730}, E)
    project.act(E, "conclude-review")
    ballot = project.done("openBallot", {"conclusion": conclusion}, "secretary")["id"]
    stages.vote(project, ballot, dict.fromkeys(stages.voters(), "approve"))
    project.file("business", "review-conclusion", "public-notice")
    says(project.cannot("business", conclusion, reason), 409, "the ballot is not closed")
    project.done("closeBallot", by="secretary", id=ballot)
    says(project.cannot("business", "keep", reason), 409, "the vote was on another conclusion")
    says(project.cannot("business", conclusion), 422, "a reason")
    project.act("business", conclusion, reason)


def evidence_is_attached(project: Project) -> None:
    """To the revision, from the records that hospitals sent under the edition before."""
    made = project.done("fileImplementationReport", {"days": 730}, E)
    use = made["use"]
    assert use["edition"] == FIRST
    (patient,) = [each for each in use["rules"] if each["type"] == "Patient"]
    assert patient["failed"] >= patient["refused"] >= 2
    assert (patient["failingInstitutions"], patient["clause"]) == (1, "5.1")
    assert "Patient.birthDate" in {each["element"] for each in patient["findings"]}
    kinds = {each["kind"]: each["id"] for each in made["documents"]}
    assert set(kinds) == {"implementation-report", "evaluation-data"}
    kept = project.done("downloadDocument", by=LEAD.login, document=kinds["evaluation-data"])
    assert (kept if isinstance(kept, dict) else json.loads(kept)) == use


def not_superseded_too_early(project: Project) -> None:
    """The first edition stands until its successor is in force."""
    says(project.refused("supersedeEdition", {}, "publisher"), 409, f"{SECOND} is not in force yet")
    says(project.refused("supersedeEdition", {}, "secretary"), 403, "needs one of the roles")


def abolished(project: Project) -> None:
    """After its notice, with what depends on it listed; its bytes stay."""
    project.done("raiseTrigger", {"cause": "law", "text": "第二版已实施"}, "legal")
    reviewed(project, "propose-abolition", "已有第二版")
    project.act("business", "give-notice-of-abolition")
    project.file("legal", "abolition-announcement")
    early = project.refused("abolishEdition", {"reason": "已有第二版"}, "legal")
    says(early, 409, "the notice of abolition runs until", "what depends on the standard has not been listed")
    project.change("business", dependants=[])
    project.calendar.go_on(31)
    says(project.refused("abolishEdition", {}, "business"), 403, "needs the role L (legal department)")
    says(project.cannot("legal", "abolish"), 422, "abolishEdition")
    done = project.done("abolishEdition", {"reason": "已有第二版"}, "legal")
    assert done["event"]["to"] == "95.99"
    says(project.refused("abolishEdition", {"reason": "再次"}, "legal"), 409, "95.99")
