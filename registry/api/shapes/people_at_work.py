"""Committees, drafting groups, annual plans, and matters that have to be answered."""

from __future__ import annotations

from collections.abc import Mapping

from registry.api.shapes.common import AFTER, COUNT, DIVISION, ID, LINE, PROSE, TITLE, UNIT
from registry.api.shapes.deriving import MOST, shape_of
from registry.http.shapes import Choice, Day, Flag, Instant, Plain, Shape, Text, Whole
from registry.http.structures import Many, Thing
from registry.model.committee import Committee
from registry.model.group import DraftingGroup
from registry.model.matter import MATTER_KINDS, Matter
from registry.model.plan import AnnualPlan

PAGING: Mapping[str, Plain] = {"after": AFTER, "count": COUNT}
_NEXT = {"next": Text(64, about="For `after`, where more come")}
COMMITTEE, GROUP, PLAN = shape_of(Committee), shape_of(DraftingGroup), shape_of(AnnualPlan)
COMMITTEES = Thing("Committees", {"committees": Many(COMMITTEE)}, _NEXT)
PLANS = Thing("AnnualPlans", {"plans": Many(PLAN)}, _NEXT)
_MEMBER = Thing("NewCommitteeMember", {"person": ID, "unit": UNIT}, {"name": LINE, "since": Day(), "until": Day()})
_COMMITTEE: Mapping[str, Shape] = {"secretariat": UNIT, "members": Many(_MEMBER, most=500)}
NEW_COMMITTEE = Thing(
    "NewCommittee",
    {"name": TITLE},
    {
        "id": Text(64, pattern="[A-Za-z0-9.-]{1,64}", about="Chosen here or by us"),
        "number": LINE,
        "jurisdiction": DIVISION,
        **_COMMITTEE,
    },
)
COMMITTEE_CHANGE = Thing(
    "CommitteeChange",
    {},
    {"name": TITLE, "number": LINE, **_COMMITTEE},
    about="The term of members who are left out ends today; past ones stay.",
)
NEW_PLAN = Thing("NewAnnualPlan", {"year": Whole(1949, 2200), "title": TITLE}, {"jurisdiction": DIVISION})
PLAN_CHANGE = Thing("AnnualPlanChange", {}, {"title": TITLE, "decree": LINE, "decreed": Day()})
_DRAFTER = Thing(
    "NewDrafter", {"person": ID, "unit": UNIT}, {"name": LINE, "isUser": Flag("Of a unit that will use the standard")}
)
NEW_GROUP = Thing(
    "NewDraftingGroup",
    {"members": Many(_DRAFTER, most=200)},
    {"leadUnit": UNIT, "inCharge": ID},
    about="Who drafts now. Declarations of members who stay are kept, and so are members who leave, with an end.",
)
DECLARATION = Thing(
    "NewDeclaration", {"interests": Text(2_000, least=1, lines=True, about="None is a declaration, too")}
)
MATTER = shape_of(Matter)
MATTER_SHOWN = Thing(
    "MatterShown",
    {"id": ID, "kind": Choice(MATTER_KINDS), "text": PROSE, "raised": Instant(), "answer": Text(MOST, lines=True)},
    {"answered": Instant(), "raisedBy": Text(64), "answeredBy": Text(64)},
)
MATTERS = Thing("Matters", {"matters": Many(MATTER_SHOWN, most=MOST)})
NEW_MATTER = Thing("NewMatter", {"kind": Choice(("objection", "finding")), "text": PROSE})
ANSWER = Thing("NewAnswer", {"answer": PROSE})
