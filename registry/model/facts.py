"""What guards have to know of consultations, ballots, packages and publication, which are kept elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """The newest draft of the package, or what is to be published."""

    digest: str
    version: str = ""
    errors: int = 0
    """Findings of compiling it and of validating its examples."""
    is_signed: bool = False
    staging: tuple[Sentence, ...] | None = None
    """What went wrong when the staging server installed it; None until it has tried."""
    is_codes_only: bool = False
    """Whether it differs from the active version in code systems and value sets only, without breaking."""


@dataclass(frozen=True, slots=True)
class ConsultationFacts:
    """The newest round of public comment."""

    round: int
    opens: datetime
    closes: datetime
    digests: frozenset[str]
    """What is frozen: the text and the package."""
    undisposed: int = 0
    is_major: bool = False
    """Whether a disposition makes a major change."""
    is_shortened: bool = False
    """Whether a named authority shortened it, with a reason."""
    is_unchanged: bool = False
    """Whether it is about what the round before was about, though that one asked for a major change."""


@dataclass(frozen=True, slots=True)
class BallotFacts:
    """The newest ballot that was not recalled."""

    digests: frozenset[str]
    is_roster_frozen: bool
    opens: datetime | None = None
    closes: datetime | None = None
    is_closed: bool = False
    not_recused: tuple[str, ...] = ()
    """Names on the roster who drafted and may not vote."""
    is_passed: bool = False
    verdict: tuple[Sentence, ...] = ()
    """Why it passed or what it lacks."""
    purpose: str = "draft"
    """`draft`, or `review` for the conclusion of a periodic review."""
    conclusion: str = ""
    """On which action of the rules a `review` votes: `keep`, `revise` or `propose-abolition`."""


@dataclass(frozen=True, slots=True)
class SuccessorFacts:
    """The edition that supersedes this one."""

    number: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it; None where there is none yet."""

    package: PackageFacts | None = None
    consultation: ConsultationFacts | None = None
    ballot: BallotFacts | None = None
    successor: SuccessorFacts | None = None
    number_taken_by: str = ""
    """The title of another standard or edition that has the number already."""
    returned: frozenset[str] = frozenset()
    """The digests of text and package as they were when the project was last sent back to an earlier phase."""
    uploaders: frozenset[str] = frozenset()
    """The ids of all who uploaded a draft of the package."""
