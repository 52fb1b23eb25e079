"""A case that lacks nothing for an action, so that tests take away one thing and see what is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from registry.lifecycle.advance import advance
from registry.lifecycle.book import book_of
from registry.model.artefact import FiledDocument
from registry.model.case import Act, Actor, Case
from registry.model.edition import Edition
from registry.model.facts import BallotFacts, ConsultationFacts, Facts, PackageFacts, SuccessorFacts
from registry.model.group import Drafter, DraftingGroup
from registry.model.plan import AnnualPlan
from registry.model.project import Project, Window
from registry.model.standard import Standard
from registry.sentence import Sentence
from registry.units import Unit

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
BOOK = book_of()
RULES = BOOK.at(NOW)
TITLE = Sentence("Patient", "患者基本信息")
CUSTODIAN = "custodian"
INSTITUTE = Unit("institute", "org-1")
EVERYBODY = Actor("officer", frozenset({"A", "S", "M", "L", "I", "LU", "C", "N", "E"}))
AUTHORITY = Actor("minister", frozenset({"A", "authority"}))
CONCLUSIONS = ("keep", "revise", "propose-abolition")

ROAD = (
    *("propose", "take-up", "accept", "apply", "give-notice", "approve-project", "form-group", "begin-drafting"),
    *("start-package", "finish-draft", "open-comment", "close-comment", "finish-comments", "prepare-review"),
    *("open-review", "close-review", "pass-review", "submit", "hand-over", "approve", "give-number", "publish"),
)
"""From the proposal to publication."""


def new_case(**project):
    known = {"title": TITLE, "need": "need", "scope": "scope", "owner": "hospital", "proposer": "citizen"}
    return Case(
        Standard("s", TITLE, "WS/T", "data", NOW),
        Edition("e", "s", "p", NOW),
        Project("p", "s", "e", created=NOW, committee="tc", group="g", **{**known, **project}),
    )


def ready(case: Case, action: str, now: datetime) -> Case:
    """The case with everything that the action may ask for."""
    return replace(
        case,
        standard=replace(case.standard, number="WS/T 788", custodian=CUSTODIAN),
        edition=replace(case.edition, number="WS/T 788-2026", published=date(2026, 5, 1), in_force=date(2026, 11, 1)),
        project=replace(
            case.project,
            lead_unit="institute",
            plan="plan",
            plan_number="2026-W-1",
            duplicates_searched=now,
            overlap_searched=now,
            notice=Window(now - 20 * DAY, now),
            papers_sent=now - 15 * DAY if case.state != "40.00" else case.progress.entered["40.00"],
            dependants=(),
        ),
        group=DraftingGroup("g", "p", "institute", "lead", (Drafter("lead", "institute", "Li", True, "none", now),)),
        drafting_units=(INSTITUTE,),
        plan=AnnualPlan("plan", 2026, TITLE, decree="1", decreed=date(2026, 1, 1)),
        documents=tuple(
            FiledDocument(f"{code}-{now}", "p", code, f"digest-{code}", code, "text/plain", 1, "officer", now)
            for code in RULES.documents
        ),
        facts=facts(action, now),
    )


def facts(action: str, now: datetime) -> Facts:
    digests = frozenset({"digest-comment-draft", "digest-review-draft", "digest-package"})
    opens = now if action == "open-comment" else now - 40 * DAY
    consultation = ConsultationFacts(1, opens, opens + 30 * DAY, digests)
    is_review = action in CONCLUSIONS
    is_closed = action != "open-review"
    ballot = BallotFacts(
        digests,
        True,
        now,
        now + DAY,
        is_closed,
        is_passed=is_closed,
        purpose="review" if is_review else "draft",
        conclusion=action if is_review else "",
    )
    package = PackageFacts("digest-package", "2026.0.0-draft.1", is_signed=True, staging=(), is_codes_only=True)
    return Facts(package, consultation, ballot, SuccessorFacts("WS/T 788-2030", True))


WAITS = {"open-review": 16 * DAY, "start-review": 1825 * DAY, "abolish": 31 * DAY, "approve-project": 16 * DAY}
"""How long to wait before an action that asks for time to pass."""


def do(case: Case, action: str, now: datetime, *, actor: Actor = EVERYBODY, reason: str = "reason", **more):
    """What comes of the action, with nothing lacking."""
    return advance(ready(case, action, now), Act(action, reason, **more), actor, now, BOOK)


def travel(actions, case: Case | None = None, now: datetime = NOW) -> tuple[Case, datetime]:
    """The case after these actions, each done when nothing lacks; and when that is."""
    case = case or new_case()
    for action in actions:
        now += WAITS.get(action, DAY)
        event = do(case, action, now)
        assert not hasattr(event, "sentences"), (action, event)
        case = replace(ready(case, action, now), progress=case.progress.after(event))
    return case, now


def upto(action: str) -> tuple[Case, datetime]:
    """The case just before an action of the road, and when it is to be done."""
    case, now = travel(ROAD[: ROAD.index(action)])
    return case, now + WAITS.get(action, DAY)
