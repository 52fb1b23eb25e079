"""The way of a project where nothing goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plumbline.demo.registry import stages
from plumbline.demo.registry.people import Cast
from plumbline.demo.registry.project import Project


def to_drafting(project: Project, *others: Cast, **proposal: Any) -> None:
    """From the proposal to the drafting group at work (20.20)."""
    stages.propose(project, **proposal)
    stages.triage(project)
    stages.apply_for(project)
    project.calendar.go_on(stages.NOTICE + 1)
    stages.plan(project)
    stages.form_group(project, *others)


def to_approval(project: Project, package: bytes) -> Mapping[str, Any]:
    """Comment, papers, one ballot that passes, approval (50.99); gives the verdict."""
    stages.finish_draft(project, package)
    stages.open_comment(project)
    project.calendar.go_on(stages.COMMENT)
    stages.close_comment(project)
    stages.finish_comments(project)
    verdict = ballot(project, dict.fromkeys(stages.voters(), "approve"))
    stages.approve(project)
    return verdict


def ballot(project: Project, choices: Mapping[str, str]) -> Mapping[str, Any]:
    """Papers, a meeting 15 days later, the votes by login names; gives the verdict (40.00 to 40.60)."""
    stages.send_papers(project)
    project.calendar.go_on(stages.PAPERS)
    opened = stages.open_review(project)
    stages.vote(project, opened, choices)
    return stages.close_review(project, opened)


def review(project: Project, conclusion: str, reason: str) -> None:
    """A periodic review with the evidence of use, on whose conclusion the committee votes (90.20 to 90.92, 90.99)."""
    project.act("evaluator", "start-review")
    project.done("fileImplementationReport", {"days": 730}, "evaluator")
    project.act("evaluator", "conclude-review")
    opened = project.done("openBallot", {"conclusion": conclusion}, "secretary")["id"]
    stages.vote(project, opened, dict.fromkeys(stages.voters(), "approve"))
    project.done("closeBallot", by="secretary", id=opened)
    project.file("business", "review-conclusion", "public-notice")
    project.act("business", conclusion, reason)
