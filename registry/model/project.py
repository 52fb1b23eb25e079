"""A project: the run of one edition through the stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read
from registry.sentence import Sentence

ProjectKind = Literal["new", "revision", "amendment"]
PROJECT_KINDS: tuple[ProjectKind, ...] = get_args(ProjectKind)
ReviewForm = Literal["meeting", "letter"]
REVIEW_FORMS: tuple[ReviewForm, ...] = get_args(ReviewForm)


@dataclass(frozen=True, slots=True)
class Window(Kept):
    """A span of time in which others are heard, such as a public notice (公示)."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Project(Kept):
    """A project, with what its proposer and the offices say about it."""

    id: str
    standard: str
    edition: str
    title: Sentence
    created: datetime
    kind: ProjectKind = "new"
    need: str = ""
    """Why it is wanted (必要性)."""
    scope: str = ""
    owner: str = ""
    """The unit or person that proposes it (提出单位)."""
    proposer: str = ""
    """The person who proposed it; empty where that was the public."""
    lead_unit: str = ""
    """The unit that is to draft it (牵头起草单位)."""
    has_package: bool = True
    """Whether it makes a FHIR package beside the text."""
    committee: str = ""
    group: str = ""
    plan: str = ""
    plan_number: str = ""
    jurisdiction: str = ""
    deadline: datetime | None = None
    """When the draft has to be ready."""
    review: ReviewForm = "meeting"
    vote_profile: str = "tc"
    """Which of the vote profiles of the rules counts its ballots."""
    is_fast: bool = False
    """Whether a named authority has put it on the fast track."""
    duplicates_searched: datetime | None = None
    overlap_searched: datetime | None = None
    notice: Window | None = None
    """The public notice of what the project is about to become."""
    papers_sent: datetime | None = None
    """When the papers of the review went to the members."""
    dependants: tuple[str, ...] | None = None
    """What refers to the edition, listed before it is abolished; None until somebody has looked."""


def project_of(id_: str, kept: Document) -> Project:
    """The project that was kept."""
    return read(Project, kept, id=id_)
