"""Projects: where they stand, what can be done next, what was done, and what is asked of them."""

from __future__ import annotations

from collections.abc import Mapping

from registry.api.shapes.common import AFTER, COUNT, ID, LINE, PROSE, REASON, TITLE, UNIT
from registry.api.shapes.deriving import MOST, shape_of
from registry.api.shapes.standards import EDITION, STANDARD
from registry.http.shapes import Choice, Flag, Instant, Plain, Text, Whole
from registry.http.structures import Many, Table, Thing
from registry.lifecycle.possible import Possible
from registry.lifecycle.standing import Standing
from registry.model.event import Event
from registry.model.group import DraftingGroup
from registry.model.plan import AnnualPlan
from registry.model.project import REVIEW_FORMS, Project
from registry.people.shapes import SENTENCE

PROJECT, EVENT, GROUP, PLAN = shape_of(Project), shape_of(Event), shape_of(DraftingGroup), shape_of(AnnualPlan)
SHOWN = Thing(
    "ProjectShown",
    {
        "project": PROJECT,
        "standard": STANDARD,
        "edition": EDITION,
        "states": Table(Text(), about="The state of each machine"),
        "number": Whole(about="Of the last event; send it as `expected` with an action"),
        "standing": shape_of(Standing),
        "possible": Many(shape_of(Possible), about="What can be done next, what is missing for it, who may"),
        "roles": Many(Text(), about="The roles of whoever asks, for this project"),
        "openMatters": Table(Whole()),
    },
    {"plan": PLAN, "contact": Text(200, about="Of the proposer, for the secretariat only")},
)
ENTRY = Thing(
    "ProjectEntry",
    {"project": PROJECT, "state": Text(), "stateName": SENTENCE, "holders": Many(Text())},
    {"changed": Instant()},
)
PAGE = Thing("Projects", {"projects": Many(ENTRY)}, {"next": Text(64, about="For `after`, where more come")})
PAGING: Mapping[str, Plain] = {"after": AFTER, "count": COUNT}
EVENTS = Thing("Events", {"events": Many(EVENT, most=MOST)}, {"next": Whole(about="For `after`, where more come")})
EVENT_PAGING: Mapping[str, Plain] = {"after": Whole(), "count": COUNT}
ACTION = Thing(
    "NewAction",
    {"action": Text(64, least=1)},
    {
        "reason": REASON,
        "expected": Whole(about="The number of the last event that was seen; who was quicker is told otherwise"),
        "override": Flag("An authority acts in spite of what is missing, with a reason"),
        "evidence": Many(Text(64, pattern="[0-9a-f]{64}"), most=100),
        "window": Thing(
            "NewWindow",
            {},
            {"days": Whole(1, 366, about="Fewer than usual: only an authority, with a reason"), "reason": REASON},
            about="Of open-comment.",
        ),
        "ballot": Thing(
            "NewReview",
            {},
            {
                "closes": Instant("Of a letter review; without, as late as it may be"),
                "declared": Table(LINE, about="By member, the interest that they declared"),
            },
            about="Of open-review.",
        ),
    },
)
CHANGE = Thing(
    "ProjectChange",
    {},
    {
        "title": TITLE,
        "need": PROSE,
        "scope": PROSE,
        "owner": LINE,
        "leadUnit": UNIT,
        "committee": ID,
        "plan": ID,
        "planNumber": Text(64, least=1),
        "deadline": Instant(),
        "review": Choice(REVIEW_FORMS),
        "voteProfile": Text(64, least=1),
        "hasPackage": Flag(),
        "isFast": Flag("Only an authority, with a reason"),
        "reason": REASON,
        "duplicatesSearched": Flag("True: now"),
        "overlapSearched": Flag("True: now"),
        "papersSent": Flag("True: now"),
        "notice": Thing("NewNotice", {"closes": Instant()}, {"opens": Instant("Now, without")}),
        "dependants": Many(LINE, most=1_000),
    },
)
