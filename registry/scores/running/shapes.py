"""What the routes of scores take and give, as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.scoring.model import DIMENSIONS, SEVERITIES
from registry.api.shapes.deriving import MOST, SAID, shape_of
from registry.http.route import File
from registry.http.shapes import Anything, Choice, Day, Flag, Number, Plain, Shape, Text, Whole
from registry.http.structures import Many, Table, Thing
from registry.people.shapes import SENTENCE
from registry.scores.running.snapshots import KeptSnapshot

_MONTH = Text(7, pattern="[0-9]{4}-(0[1-9]|1[0-2])", about="A month, such as 2026-10")
_ID = Text(64, least=1)
_SEED = Whole(0, 2**32 - 1, about="Of the bootstrap; made of the period where nobody says one")
_NUMBER, _SCORE = Number(), Number(about="From 0 to 100; null where the score is withheld", or_null=True)
_CHANGE = Number(or_null=True)
_SAYINGS = Many(SENTENCE, most=MOST)
_PLACES = ("far below", "below", "within", "above", "far above")
HEAD = shape_of(KeptSnapshot)
HEADS = Thing("Snapshots", {"snapshots": Many(HEAD, most=MOST)})
HEADS_QUERY: Mapping[str, Plain] = {"period": _MONTH}
ROW = Thing(
    "ScoreRow",
    {
        "institution": _ID,
        "class": SAID,
        "score": _SCORE,
        "lower": _SCORE,
        "upper": _SCORE,
        "dimensions": Table(_NUMBER),
        "coverage": _NUMBER,
        "records": Whole(),
        "withheld": _SAYINGS,
        "level": SAID,
        "gateBroken": Flag(),
        "lacks": _SAYINGS,
    },
    {"name": SAID},
)
RUN = Thing("NewScores", {"period": _MONTH}, {"institution": _ID, "seed": _SEED})
RAN = Thing(
    "Scored",
    {"unclassified": Many(_ID, most=MOST)},
    {"isNew": Flag(), "snapshot": HEAD, "trial": ROW},
    about="`trial` where one institution was asked for, of which nothing is kept",
)
SCORES = Thing("Scores", {"snapshot": HEAD, "scores": Many(ROW, most=MOST), "total": Whole()})
PAGE_QUERY: Mapping[str, Plain] = {"start": Whole(), "count": Whole(1, 500)}
CONTENT = File(("application/json",))
REPLAYED = Thing("Replayed", {"snapshot": HEAD, "isEqual": Flag(), "institutions": Whole()})
_EXAMPLE = Thing(
    "ScoreExample",
    {"resource": SAID, "path": SAID, "value": SAID, "issue": SAID, "day": SAID, "product": SAID},
)
_RULE = Thing(
    "ScoreRule",
    {
        "id": SAID,
        "severity": Choice(SEVERITIES),
        "dimension": Choice(DIMENSIONS),
        "reference": SAID,
        "clause": SAID,
        "strength": SAID,
        "dataSet": SAID,
        "measure": SAID,
        "weight": _NUMBER,
        "owner": SAID,
        "title": SENTENCE,
        "fix": SENTENCE,
        "judged": Whole(),
        "passed": Whole(),
        "failed": Whole(),
        "errors": Whole(),
        "effect": _NUMBER,
        "lower": _NUMBER,
        "gain": _NUMBER,
        "examples": Many(_EXAMPLE),
    },
)


def _points(name: str, more: Mapping[str, Shape]) -> Many:
    shapes: Mapping[str, Shape] = {"records": Whole(), "score": _NUMBER, "place": Choice(_PLACES)}
    return Many(Thing(name, {**shapes, **more}), most=MOST)


PEERS = Thing("Peers", {"class": SAID, "centre": _NUMBER, "dispersion": _NUMBER, "points": _points("Peer", {})})
_OWN_PEERS = Thing(
    "OwnPeers", {"centre": _NUMBER, "dispersion": _NUMBER, "points": _points("OwnPeer", {"own": Flag()})}
)
ACCOUNT = Thing(
    "ScoreAccount",
    {
        "institution": Thing("ScoredInstitution", {"id": _ID, "name": SAID, "class": SAID, "jurisdiction": SAID}),
        "period": Thing("ScoredPeriod", {"name": _MONTH, "begin": Day(), "end": Day()}),
        "snapshot": Anything(about="The head of the snapshot"),
        "score": _SCORE,
        "lower": _SCORE,
        "upper": _SCORE,
        "level": SAID,
        "lacks": _SAYINGS,
        "gateBroken": Flag(),
        "withheld": _SAYINGS,
        "coverage": _NUMBER,
        "records": Whole(),
        "dimensions": Many(
            Thing("ScoreDimension", {"id": Choice(DIMENSIONS), "title": SENTENCE, "value": _NUMBER, "share": _NUMBER})
        ),
        "rules": Many(_RULE, most=MOST),
        "excused": Many(SAID, most=MOST),
        "trend": Many(Thing("TrendPoint", {"period": SAID, "score": _SCORE, "lower": _SCORE, "upper": _SCORE})),
        "windows": Many(
            Thing("Trend", {"months": Whole(), "mean": _SCORE, "before": _SCORE, "change": _CHANGE, "alarm": Flag()})
        ),
        "verification": SAID,
    },
    {"peers": _OWN_PEERS},
)
SENTENCES = Thing("ScoreExplanation", {"sentences": _SAYINGS})
PRODUCTS = Thing(
    "ProductScores",
    {
        "products": Many(
            Thing(
                "ProductScore",
                {
                    "product": SAID,
                    "name": SAID,
                    "vendor": SAID,
                    "institutions": Whole(),
                    "score": _SCORE,
                    "lower": _SCORE,
                    "upper": _SCORE,
                    "dimensions": Table(_NUMBER),
                    "records": Whole(),
                    "withheld": _SAYINGS,
                },
            ),
            most=MOST,
        )
    },
)
BRIDGE_QUERY: Mapping[str, Plain] = {"from": _ID, "institution": _ID}
_MOVED: Mapping[str, Shape] = {"institution": _ID, "old": _SCORE, "new": _SCORE, "change": _CHANGE}
BRIDGE = Thing(
    "ScoreBridge",
    {"from": _ID, "to": _ID},
    {
        "changes": Many(Thing("ScoreChange", _MOVED), most=MOST),
        **_MOVED,
        "steps": Many(Thing("BridgeStep", {"cause": SAID, "subject": SAID, "change": _CHANGE, "said": SENTENCE})),
    },
    about="With an institution, what each difference is worth to it; else by how much each has moved",
)
