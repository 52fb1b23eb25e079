"""What the routes of publication take and give, as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.rules_in_force import MODES
from registry.api.shapes.common import DIGEST, ID, REASON, TITLE
from registry.api.shapes.deriving import MOST, SAID, shape_of
from registry.http.route import File, Upload
from registry.http.shapes import Choice, Day, Flag, Instant, Plain, Text, Whole
from registry.http.structures import Many, Table, Thing
from registry.model.artefact import Artefact
from registry.model.edition import Edition
from registry.model.event import Event
from registry.publication.record import Publication

NUMBER = Text(40, least=1, about="Such as WS/T 788-2021, or WS/T 788-2021/XG1-2023 of an amendment")
CANONICAL = Text(1_000, least=1)
PROPOSING: Mapping[str, Plain] = {
    "year": Whole(1949, 2999, about="Of the edition; this year, without"),
    "association": Text(10, about="Letters of the association of a group standard: CHIA"),
}
PROPOSED_NUMBER = Thing("ProposedNumber", {"number": NUMBER})
NEW_NUMBER = Thing(
    "NewNumber",
    {"number": NUMBER},
    {
        "replaces": Many(NUMBER, most=50, about="Numbers of the editions that it replaces"),
        "amends": Many(NUMBER, most=1, about="The number of the edition that it amends"),
    },
)
EDITION, PUBLICATION = shape_of(Edition), shape_of(Publication)
_BY_PROFILE = "By the canonical URL of a profile, without its version"
NEW_PUBLICATION = Thing(
    "NewPublication",
    {
        "published": Day("The day on which it will be published"),
        "inForce": Day("The day of implementation: from then on records are refused that break its rules"),
        "announcement": Text(100, least=1, about="The number of the announcement"),
        "issuer": TITLE,
    },
    {
        "warnFrom": Day("From then on senders are told; needed where there is a package"),
        "applies": Table(Choice(("all", "claimed")), about=_BY_PROFILE),
        "clauses": Table(Text(100), about=_BY_PROFILE),
    },
)
DECISION = Thing(
    "PublicationDecision",
    {},
    {
        "reason": REASON,
        "expected": Whole(about="The number of the last event that was seen; who was quicker is told otherwise"),
        "override": Flag("An authority acts in spite of what is missing, with a reason"),
    },
)
CODE_RELEASE: Mapping[str, Plain] = {"reason": Text(2_000, about="What is changed, and why"), "expected": Whole()}
CODES = Upload(
    ("application/gzip", "application/x-gzip", "application/tar+gzip", "application/octet-stream"), 20_000_000
)
OF_VERSION: Mapping[str, Plain] = {"version": Text(64, about="Of the package; the newest, without")}
_DATES = {name: Instant() for name in ("observeFrom", "warnFrom", "rejectFrom", "until")}
RULE = Thing(
    "EnforcedRule",
    {
        "profile": CANONICAL,
        "type": Text(64),
        "applies": Choice(("all", "claimed")),
        "mode": Choice(MODES),
        "clause": SAID,
        "standard": SAID,
        "edition": SAID,
        "package": SAID,
    },
    _DATES,
)
RULES = Thing("EnforcedRules", {"instant": Instant(), "rules": Many(RULE, most=MOST)})
RULES_QUERY: Mapping[str, Plain] = {
    "day": Day("The end of this local day"),
    "at": Instant("This instant; now, without"),
    "type": Text(64, about="A resource type"),
}
DONE = Thing("PublicationDone", {"event": shape_of(Event), "edition": EDITION, "rules": Many(RULE, most=MOST)})
NEW_DATES = Thing("NewRuleDates", {"profile": CANONICAL, "reason": REASON}, _DATES)
RULE_CHANGE = Thing("RuleChange", {"at": Instant(), "by": Text(64), "reason": SAID, "rules": Many(RULE, most=MOST)})
RULES_OF_EDITION = Thing("RulesOfEdition", {"rules": Many(RULE, most=MOST), "decisions": Many(RULE_CHANGE, most=MOST)})
RESOURCE = Thing(
    "PublishedResource",
    {"url": CANONICAL, "version": SAID, "type": Text(64), "id": ID, "file": SAID, "sha256": DIGEST},
)
SIGNED = Thing(
    "SignedArchive",
    {"sha256": DIGEST, "size": Whole(0, 10**12), "key": Text(64), "algorithm": Text(64), "package": SAID},
    {"sm3": DIGEST},
)
ARTEFACTS = Thing(
    "EditionArtefacts",
    {"artefacts": Many(shape_of(Artefact)), "resources": Many(RESOURCE, most=MOST)},
    {"archive": SIGNED},
)
KEY = Thing("SigningKey", {"id": Text(64), "algorithm": Text(64), "pem": Text(2_000, lines=True)})
KEYS = Thing("SigningKeys", {"keys": Many(KEY)})
PAGE, PEM, SIGNATURE = File(("text/html",)), File(("application/x-pem-file",)), File(("application/octet-stream",))
