"""The way of a project from its proposal to its publication, a stretch at a time (registry/lifecycle/rules.toml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from plumbline.demo.registry.people import COMMITTEE, LEAD, MEMBERS, USER, Cast
from plumbline.demo.registry.project import Project
from plumbline.sample import Clause, clauses

TITLE = {"en": "Basic data set for exchanging health records (sample)", "zh": "电子健康记录交换基本数据集（样例）"}
ISSUER = {"en": "Plumbline, for demonstration only", "zh": "准绳（仅供演示）"}
NOTICE, COMMENT, PAPERS = 16, 32, 16
"""Days that pass: a little more than the windows of the rules."""
_RESOURCES = "5."
"""The chapter of the text with the profiles of types of resources."""


def propose(project: Project, **more: Any) -> Mapping[str, Any]:
    """Somebody who is not logged in proposes it; gives the receipt."""
    proposal = {
        "title": TITLE,
        "kind": "T",
        "class": "data",
        "need": "各医院交换的患者记录写法不一。",
        "scope": "医疗机构之间的交换；样例，仅供演示。",
        "owner": "一位公民",
        "committee": COMMITTEE,
        **more,
    }
    received: Mapping[str, Any] = project.asking.done("propose", proposal)
    project.id, project.standard, project.edition = (received[each] for each in ("project", "standard", "edition"))
    return received


def triage(project: Project) -> None:
    """The secretariat takes it up and accepts it (00.00 to 10.00)."""
    project.act("secretary", "take-up")
    project.file("secretary", "triage-opinion")
    project.act("secretary", "accept", "确有需要")
    project.act("secretary", "apply")


def apply_for(project: Project) -> None:
    """The application is argued, and the public notice runs (10.00 to 10.20)."""
    project.change("secretary", leadUnit=LEAD.unit, overlapSearched=True)
    project.file("secretary", "application", "outline", "feasibility")
    project.act("business", "give-notice")
    project.change("business", notice={"closes": project.calendar.after(NOTICE)})


def plan(project: Project) -> None:
    """The notice is over: into the annual plan, which is decreed (10.20 to 20.00)."""
    year = project.calendar.today.year
    title = {"en": f"Plan {year} (sample)", "zh": f"{year}年标准计划（样例）"}
    made = project.asking.done("makePlan", {"year": year, "title": title}, "business")
    project.change("business", plan=made["id"], planNumber=f"{year}-样例-001")
    project.file("business", "argument-opinion", "public-notice")
    project.act("business", "approve-project")
    decree = {"decree": f"样例〔{year}〕1号", "decreed": str(project.calendar.today)}
    project.done("changePlan", decree, "business", id=made["id"])
    project.file("business", "annual-plan", "task")
    project.act("business", "form-group")


def form_group(project: Project, *others: Cast) -> None:
    """Lead unit, a user unit and `others` draft; each declares their interests (20.00 to 20.20)."""
    people, ids = (LEAD, USER, *others), project.asking.ids
    members = [
        {"person": ids[each.login], "unit": each.unit, "name": each.name, "isUser": each is USER} for each in people
    ]
    group = project.done("saveGroup", {"inCharge": ids[LEAD.login], "members": members}, "business")
    scope = {"kind": "group", "code": group["id"]}
    project.asking.done("grantRole", {"role": "LU", "scope": scope}, "root", id=ids[LEAD.login])
    for each in people:
        project.done("declareInterests", {"interests": "无"}, each.login)
    project.file(LEAD.login, "division-of-work")
    project.act(LEAD.login, "begin-drafting")
    project.act(LEAD.login, "start-package")


def finish_draft(project: Project, package: bytes, text: bytes | None = None) -> None:
    """Text and package are ready for comment (20.20 to 20.60)."""
    project.upload(LEAD.login, package)
    project.file(LEAD.login, "draft", "trial-report")
    project.act(LEAD.login, "finish-draft")
    project.file(LEAD.login, "comment-draft", content=text)
    project.file(LEAD.login, "explanation")
    project.file("secretary", "comment-notice")


def open_comment(project: Project) -> str:
    """Everybody may comment for 30 days (30.20); gives the id of the round."""
    project.act("secretary", "open-comment")
    return project.last("listConsultations", "consultations")


def close_comment(project: Project) -> None:
    """The window is over (30.20 to 30.60)."""
    project.generate("secretary", "consulted-parties")
    project.act("secretary", "close-comment")


def dispose(project: Project, consultation: str, number: int, outcome: str, **more: Any) -> None:
    """Say what becomes of a comment."""
    project.done("disposeComment", {"outcome": outcome, **more}, LEAD.login, id=consultation, number=number)


def finish_comments(project: Project) -> None:
    """All comments are disposed of (30.60 to 40.00)."""
    project.generate(LEAD.login, "comment-table")
    project.act(LEAD.login, "finish-comments")
    project.act("secretary", "prepare-review")


def send_papers(project: Project, text: bytes | None = None) -> None:
    """The members get the draft for review, the sample's or `text`, which is 15 days before."""
    project.file(LEAD.login, "review-draft", content=text)
    project.change("secretary", papersSent=True)


def open_review(project: Project) -> str:
    """The meeting opens with its roster frozen (40.20); gives the id of the ballot."""
    project.act("secretary", "open-review")
    return project.last("listBallots", "ballots", "secretary")


def vote(project: Project, ballot: str, choices: Mapping[str, str]) -> None:
    """Members attend and vote, by their login names."""
    digest = project.done("readBallot", by="secretary", id=ballot)["ballot"]["digest"]
    for login, choice in choices.items():
        present = {"member": project.asking.ids[login]}
        project.done("noteAttendance", present, "secretary", id=ballot)
        body = {"choice": choice, "digest": digest, **({} if choice == "approve" else {"reason": "文本与数据包不一致"})}
        project.done("castVote", body, login, id=ballot)


def voters() -> Sequence[str]:
    """The members who did not draft."""
    return [each.login for each in MEMBERS[:-1]]


def close_review(project: Project, ballot: str) -> Mapping[str, Any]:
    """The votes are counted (40.20 to 40.60); gives the verdict."""
    verdict: Mapping[str, Any] = project.done("closeBallot", by="secretary", id=ballot)
    project.generate("secretary", "ballot-papers")
    project.act("secretary", "close-review")
    project.generate("secretary", "review-minutes", "roster")
    return verdict


def approve(project: Project) -> None:
    """Passed, submitted, looked at by coordination, approved (40.60 to 50.99)."""
    project.act("secretary", "pass-review")
    project.act("secretary", "submit")
    project.file("secretary", "approval-draft", "interpretation", "submission-letter")
    project.act("secretary", "hand-over")
    project.file("coordination", "coordination-opinion")
    project.act("coordination", "approve")


def number(project: Project, text: str, **relations: Sequence[str]) -> None:
    """The edition gets its number (50.99 to 60.00)."""
    project.done("giveNumber", {"number": text, **relations}, "publisher")
    project.act("publisher", "give-number")
    project.file("publisher", "final-text", "interpretation")


def publication(project: Project, *, warn: int, force: int) -> dict[str, Any]:
    """What is to be published today, warned of after so many days and in force after others."""
    today = project.calendar.today
    return {
        "published": str(today),
        "warnFrom": str(today + timedelta(warn)),
        "inForce": str(today + timedelta(force)),
        "announcement": f"样例公告〔{today.year}〕{project.sample.number}号",
        "issuer": ISSUER,
        "clauses": {each.canonical: each.number for each in clauses(project.sample) if _is_about_a_profile(each)},
    }


def _is_about_a_profile(clause: Clause) -> bool:
    return clause.number.startswith(_RESOURCES) and not clause.element


def publish(project: Project) -> Mapping[str, Any]:
    """Event, package, resources and rules in one commit (60.00 to 60.60)."""
    published: Mapping[str, Any] = project.done("publishEdition", {}, "publisher")
    return published
