"""What the routes of inputs take and give, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from conformance.scoring.model import SEVERITIES, Strength
from registry.api.shapes.common import COUNT, ID, PROSE, REASON, TITLE
from registry.api.shapes.deriving import MOST, SAID, shape_of, with_more
from registry.http.faults import Fault
from registry.http.route import JSON, File, Upload
from registry.http.shapes import Choice, Day, Flag, Instant, Named, Plain, Schema, Shape, Text, Whole
from registry.http.structures import Many, Thing
from registry.people.shapes import SENTENCE
from registry.scores.inputs.check_rules import CheckDimension, CheckRule
from registry.scores.inputs.declaring import STATES, KeptDeclaration
from registry.scores.inputs.policies import PublishedPolicy
from registry.scores.inputs.versions import Attribution
from registry.scores.inputs.volume import ExpectedVolume
from registry.scores.inputs.volume_table import VOLUME_TYPES

ALL = "all"
FHIR_JSON = "application/fhir+json"
LONGEST_CLASS = 64
LARGEST_TABLE, LARGEST_REPORT = 20_000_000, 2_000_000
"""Bytes."""
_URL = Text(400, least=1)
_CASES = Whole(0, 1_000_000)
_AFTER = Text(400, about="`next` of the page before")
_NEXT: Mapping[str, Shape] = {"next": Text(MOST)}
DECISION = shape_of(Attribution)


@dataclass(frozen=True, slots=True)
class AllOr:
    """The word `all`, or a list."""

    listed: Many

    def schema(self, named: Named) -> Schema:
        return {"oneOf": [{"const": ALL}, self.listed.schema(named)]}

    def read(self, value: Any, where: str, faults: list[Fault]) -> Any:
        return value if value == ALL else self.listed.read(value, where, faults)


CLASS_ID = Text(LONGEST_CLASS, least=1)
EXPECTING = AllOr(Many(_URL, most=2_000))
CONTENT: Mapping[str, Shape] = {"title": TITLE, "dataSets": EXPECTING, "checks": EXPECTING}
NEW_CLASS = Thing("NewScoreClass", CONTENT, {"reason": REASON})
CLASS = Thing(
    "ScoreClass",
    {
        "id": CLASS_ID,
        "title": SENTENCE,
        "dataSets": AllOr(Many(_URL, most=MOST)),
        "checks": AllOr(Many(_URL, most=MOST)),
        "version": Whole(),
        "decided": DECISION,
    },
)
CLASSES = Thing("ScoreClasses", {"classes": Many(CLASS, most=MOST)})
CLASS_VERSIONS = Thing("ScoreClassVersions", {"versions": Many(CLASS, most=MOST)}, about="The newest first.")
NEW_POLICY = Thing(
    "NewScorePolicy",
    {"text": Text(100_000, least=1, lines=True, about="TOML, as policy.toml"), "begin": Day(), "reason": REASON},
)
POLICY = shape_of(PublishedPolicy)
POLICIES = Thing("ScorePolicies", {"policies": Many(POLICY, most=MOST)}, about="In the order of the days they begin.")
_RULE_CONTENT: Mapping[str, Shape] = {
    "title": TITLE,
    "fix": TITLE,
    "dimension": Choice(get_args(CheckDimension)),
    "severity": Choice(SEVERITIES),
    "clause": Text(300),
    "reason": REASON,
}
NEW_RULE = Thing(
    "NewCheckRule",
    _RULE_CONTENT,
    {"strength": Choice(get_args(Strength)), "weight": Whole(1, 1_000), "since": Day(), "until": Day()},
)
RULE = shape_of(CheckRule)
RULES = Thing("CheckRules", {"rules": Many(RULE, most=MOST)})
TABLE = Upload(VOLUME_TYPES, LARGEST_TABLE, is_streamed=True)
TABLE_QUERY: Mapping[str, Plain] = {
    "reason": Text(2_000, about="Why volumes are corrected, where rows do not say it"),
    "dryRun": Flag("It is told what would become of each row, and nothing is written"),
}
VOLUME = shape_of(ExpectedVolume)
VOLUMES = Thing("ExpectedVolumes", {"volumes": Many(VOLUME, most=MOST)}, _NEXT)
OF_INSTITUTION: Mapping[str, Plain] = {"institution": ID, "after": _AFTER, "count": COUNT}
WITHDRAWAL = Thing("NewVolumeWithdrawal", {"institution": ID, "id": ID, "reason": REASON})
NEW_DECLARATION = Thing(
    "NewScoreDeclaration",
    {"class": CLASS_ID, "target": Text(1_000, least=1), "reason": PROSE, "begin": Day(), "expires": Day()},
)
_STATE = Choice(STATES)
DECLARATION = with_more(shape_of(KeptDeclaration), "Declaration", {"state": _STATE}, {})
DECLARATIONS = Thing("Declarations", {"declarations": Many(DECLARATION, most=MOST)}, _NEXT)
DECLARATION_QUERY: Mapping[str, Plain] = {"state": _STATE, "after": _AFTER, "count": COUNT}
APPROVAL = Thing("DeclarationApproval", {}, {"reason": REASON})
BECAUSE = Thing("DeclarationDecision", {"reason": REASON})
_SUBJECT: Mapping[str, Shape] = {"institution": ID}
_PRODUCT: Mapping[str, Shape] = {"product": ID, "productVersion": Text(64)}
_COUNTS: Mapping[str, Shape] = {"passed": _CASES, "failed": _CASES, "error": _CASES}
NEW_CHECKS = Thing(
    "NewChecks",
    {
        "checks": Many(
            Thing(
                "NewCheck",
                {**_SUBJECT, "rule": _URL, "at": Instant(), **_COUNTS, "source": Text(300, least=1)},
                _PRODUCT,
            ),
            most=1_000,
            least=1,
        )
    },
)
_FOUND: Mapping[str, Shape] = {
    "id": Text(64),
    **_SUBJECT,
    "at": Instant(),
    "rule": SAID,
    **_COUNTS,
    "decided": DECISION,
}
CHECK = Thing("Check", {**_FOUND, "source": SAID}, _PRODUCT)
CHECKS = Thing("Checks", {"checks": Many(CHECK, most=MOST)}, _NEXT)
ENTERED_CHECKS = Thing("EnteredChecks", {"checks": Many(with_more(CHECK, "EnteredCheck", {"isNew": Flag()}, {}))})
REPORT_UPLOAD = Upload((FHIR_JSON, JSON), LARGEST_REPORT)
REPORT_QUERY: Mapping[str, Plain] = {"institution": ID, "product": ID, "productVersion": Text(64)}
REPORT = Thing("KeptTestReport", {**_FOUND, "content": Text(64)}, _PRODUCT)
REPORTS = Thing("KeptTestReports", {"reports": Many(REPORT, most=MOST)}, _NEXT)
ENTERED_REPORT = Thing("EnteredTestReport", {"report": REPORT, "isNew": Flag()})
REPORT_FILE = File((FHIR_JSON,))
