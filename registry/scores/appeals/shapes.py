"""What the routes of appeals, errata and orders take and give, as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from registry.api.shapes.common import ID, REASON
from registry.api.shapes.deriving import MOST, SAID, shape_of, with_more
from registry.http.shapes import Choice, Day, Flag, Number, Plain, Text, Whole
from registry.http.structures import Many, Thing
from registry.people.shapes import SENTENCE
from registry.scores.appeals.case import APPEAL_KINDS, Appeal, CaseEvent, Order
from registry.scores.appeals.errata import EFFECTS, Rescored
from registry.scores.appeals.lifecycle import STATES

NUMBER = Number(about="Missing where the score is withheld")
RULE = Text(1_000, least=1, about="The id of a rule")
INSTITUTION = Text(64, least=1, about="The id of an institution")
SNAPSHOT = Text(40, least=1, about="Such as 2026-10-1")
_EXPECTED = Whole(about="The number of the last event that was seen; who was quicker is told otherwise")
_TOLD: Mapping[str, Many | Text] = {
    "overdue": Many(SENTENCE, about="What of it is late"),
    "task": Text(80, about="Where it is read as FHIR: `Task/1`"),
}
_EVENTS = {"events": Many(shape_of(CaseEvent), about="The oldest first.")}
_EXAMPLE = Thing(
    "AppealExample", {"resource": Text(200, least=1, about="Observation/1/_history/2")}, {"path": Text(400)}
)
NEW_APPEAL = Thing(
    "NewAppeal",
    {
        "snapshot": SNAPSHOT,
        "rule": RULE,
        "kind": Choice(APPEAL_KINDS),
        "text": Text(5_000, least=1, lines=True, about="The grounds"),
    },
    {"examples": Many(_EXAMPLE, most=50)},
)
APPEAL = with_more(shape_of(Appeal), "ScoreAppeal", {**_TOLD, **_EVENTS}, {})
APPEALS = Thing("ScoreAppeals", {"appeals": Many(with_more(shape_of(Appeal), "ListedAppeal", _TOLD, {}), most=MOST)})
STEP = Thing("CaseStep", {}, {"reason": REASON, "expected": _EXPECTED})
EFFECT = Thing(
    "ErratumEffect",
    {"kind": Choice(EFFECTS), "first": Day(), "last": Day("The last day, included")},
    {
        "rules": Many(RULE, most=500, about="Of `strike`"),
        "target": Text(1_000, about="Of `rebuild` what was mended, of `declaration` its id, of `volume` the data set"),
        "institution": INSTITUTION,
    },
)
DECISION = Thing(
    "AppealDecision",
    {"outcome": Choice(("upheld", "partly", "rejected"))},
    {"reason": REASON, "effect": EFFECT, "expected": _EXPECTED},
    about="The reason becomes that of the erratum, which everybody can read.",
)
LISTING: Mapping[str, Plain] = {
    "institution": INSTITUTION,
    "state": Choice(tuple(each for each in STATES if each)),
    "overdue": Flag("Those alone of which something is late"),
}
ERRATUM = Thing(
    "ScoreErratum",
    {
        "number": Text(20, about="E-2026-001"),
        "appeal": ID,
        "effect": Choice(EFFECTS),
        "first": Day(),
        "last": Day("The last day, included"),
        "issued": SAID,
        "reason": SAID,
        "rules": Many(RULE),
        "target": SAID,
        "rescored": Many(shape_of(Rescored), most=MOST),
    },
    {"institution": INSTITUTION, "by": ID},
)
ERRATA = Thing("ScoreErrata", {"errata": Many(ERRATUM, most=MOST)})
NOTHING = Thing("Rescoring", {}, {})
RESCORED = Thing("ErratumRescored", {"erratum": ERRATUM, "rescored": Many(shape_of(Rescored), most=MOST)})
DIFFERENCES_QUERY: Mapping[str, Plain] = {"institution": INSTITUTION}
_STEP = Thing("ErratumStep", {"cause": SAID, "subject": SAID, "change": Number(), "said": SENTENCE})
_DIFFERENCE = Thing(
    "ErratumDifference",
    {"institution": INSTITUTION, "name": SAID, "levelBefore": SAID, "levelAfter": SAID},
    {"before": NUMBER, "after": NUMBER, "change": NUMBER, "steps": Many(_STEP, most=MOST)},
)
_PERIOD = Thing(
    "ErratumPeriod",
    {
        "period": SAID,
        "old": SNAPSHOT,
        "new": SNAPSHOT,
        "total": Whole(about="Institutions that are scored"),
        "concerned": Whole(about="Those of which anything is different"),
        "institutions": Many(_DIFFERENCE, most=MOST, about="Those of them that whoever asks may see"),
    },
)
DIFFERENCES = Thing("ErratumDifferences", {"erratum": SAID, "periods": Many(_PERIOD, most=MOST)})
NEW_ORDER = Thing(
    "NewOrder",
    {"institution": INSTITUTION, "rule": RULE, "reason": REASON},
    {
        "records": Whole(1, 100_000, about="Judged records that are needed; 30 or as many as come, without"),
        "share": Whole(1, 100, about="The percentage of them that passes; 100, 95 or 90 by severity, without"),
    },
)
ORDER = with_more(shape_of(Order), "RectificationOrder", {**_TOLD, **_EVENTS}, {})
ORDERS = Thing("RectificationOrders", {"orders": Many(with_more(shape_of(Order), "ListedOrder", _TOLD, {}), most=MOST)})
CHECKED = Thing(
    "OrderChecked",
    {"order": ORDER, "isClosed": Flag(), "judged": Whole(), "passed": Whole(), "said": SENTENCE},
)
