"""What the route of practice takes and gives, as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.scoring.model import DIMENSIONS, SEVERITIES
from registry.api.shapes.deriving import MOST, SAID
from registry.http.route import Upload
from registry.http.shapes import Anything, Choice, Flag, Plain, Shape, Whole
from registry.http.structures import Many, Table, Thing
from registry.people.shapes import SENTENCE
from registry.scores.practice.body import JSON_TYPES, LINE_TYPES

MOST_BYTES = 5_000_000
RECORDS = Upload((*JSON_TYPES, *LINE_TYPES), MOST_BYTES)
LANGUAGE: Mapping[str, Plain] = {
    "language": Choice(("en", "zh"), about="Of messages; that of Accept-Language, without")
}
_NUMBER = Anything(about="A number")
_ISSUE: Mapping[str, Shape] = {"path": SAID, "severity": SAID, "issue": SAID, "message": SAID}
_WHERE: Mapping[str, Shape] = {"line": Whole(), "column": Whole(), "found": SAID, "expected": SAID}
_UNREAD = Thing("UnreadRecord", {"record": SAID, **_ISSUE}, _WHERE)
_RULE = Thing(
    "PracticeRule",
    {
        "id": SAID,
        "title": SENTENCE,
        "fix": SENTENCE,
        "profile": SAID,
        "standard": SAID,
        "clause": SAID,
        "element": SAID,
        "severity": Choice(SEVERITIES),
        "dimension": Choice(DIMENSIONS),
        "asked": Whole(),
        "passed": Whole(),
        "failed": Whole(),
        "errors": Whole(),
        "lower": _NUMBER,
        "cost": _NUMBER,
    },
    {"share": _NUMBER},
)
_FINDING = Thing(
    "PracticeFinding",
    {"record": SAID, **_ISSUE},
    {**_WHERE, "rule": SAID, "title": SENTENCE, "fix": SENTENCE, "standard": SAID, "clause": SAID},
    about="Without a rule: FHIR itself asks it, and the server would refuse the record.",
)
REPORT = Thing(
    "PracticeReport",
    {
        "scored": Flag(about="Never"),
        "note": SENTENCE,
        "records": Whole(),
        "repeated": Whole(about="Sent before with the same content; they count once"),
        "refused": Whole(about="Records that the server would not keep today"),
        "notRead": Whole(),
        "unread": Many(_UNREAD, most=MOST),
        "rules": Many(_RULE, most=MOST, about="What costs most first"),
        "findings": Many(_FINDING, most=MOST),
        "hidden": Table(Whole(), most=MOST, about="By rule, how many more places there are"),
    },
)
