"""From an anonymous proposal to a drafting group at work, with what is refused on the way."""

from __future__ import annotations

from plumbline.demo.registry import stages
from plumbline.demo.registry.packages import first_draft, first_text, with_patient
from plumbline.demo.registry.people import LEAD, MEMBERS, USER
from plumbline.demo.registry.project import Project
from tests.journeys.saying import says

DRAFTER = MEMBERS[-1]


def proposed_by_anybody(project: Project) -> str:
    """Nobody is logged in; gives the receipt by which the proposer follows it."""
    received = stages.propose(project)
    assert received["state"] == "00.00"
    says(project.cannot("", "take-up"), 401, "needs the role S")
    says(project.cannot(LEAD.login, "take-up"), 403, "needs the role S (secretariat of the committee)")
    return str(received["receipt"])


def triaged(project: Project, receipt: str) -> None:
    project.act("secretary", "take-up")
    says(
        project.cannot("secretary", "accept", "确有需要"),
        409,
        "the document 'opinion on the proposal' (评议意见) is missing",
    )
    project.file("secretary", "triage-opinion")
    says(project.cannot("secretary", "accept"), 422, "a reason")
    says(project.cannot("business", "accept", "确有需要"), 403, "needs the role S")
    project.act("secretary", "accept", "确有需要")
    followed = project.done("followProposal", receipt=receipt)
    assert [(each["action"], each["reason"]) for each in followed["decisions"]][-1] == ("accept", "确有需要")
    project.act("secretary", "apply")


def planned(project: Project) -> None:
    lacking = project.cannot("business", "give-notice")
    says(lacking, 409, "the lead unit is not named", "the search for overlaps has not been done", "'outline of the")
    stages.apply_for(project)
    says(project.cannot("business", "approve-project"), 409, "the public notice runs until")
    project.calendar.go_on(stages.NOTICE + 1)
    says(project.cannot("business", "approve-project"), 409, "no annual plan", "'public notice' (公示) is missing")
    stages.plan(project)
    assert project.state == "20.00"


def grouped(project: Project) -> None:
    early = project.answer("uploadPackageDraft", by=LEAD.login, content=first_draft(project.sample))
    assert (early.status, "needs the role LU" in early.sentences) == (403, True)
    says(project.cannot(LEAD.login, "begin-drafting"), 403, "needs the role LU")
    stages.form_group(project, DRAFTER)
    assert project.state == "20.20"


def drafted(project: Project) -> None:
    """A package that does not compile comes no further, and the message names the place."""
    lead = LEAD.login
    wrong = with_patient(project.sample, lambda element: element.update(min=2))
    compiled = project.upload(lead, wrong)
    assert not compiled["compilation"]["passed"]
    assert any("Patient.birthDate" in str(each) for each in compiled["compilation"]["findings"])
    project.file(lead, "draft", "trial-report")
    says(project.cannot(lead, "finish-draft"), 409, "the package has errors")
    says(project.cannot(USER.login, "finish-draft"), 403, "needs the role LU")
    stages.finish_draft(project, first_draft(project.sample), first_text(project.sample))
    assert project.state == "20.60"
