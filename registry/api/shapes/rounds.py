"""Rounds of public comment, and ballots."""

from __future__ import annotations

from collections.abc import Mapping

from registry.api.shapes.common import COUNT, DIGEST, ID, LINE, REASON, TABLE_FORMATS, TABLE_TYPES
from registry.api.shapes.deriving import MOST, SAID
from registry.casework.purpose import CONCLUSIONS
from registry.comments.disposing import OUTCOMES
from registry.http.route import File
from registry.http.shapes import Choice, Flag, Instant, Plain, Text, Whole
from registry.http.structures import Many, Table, Thing
from registry.people.shapes import SENTENCE

_NUMBERED = {"next": Whole(about="For `after`, where more come")}
PAGING: Mapping[str, Plain] = {"after": Whole(), "count": COUNT}
CONSULTATION = Thing(
    "Consultation",
    {
        "id": ID,
        "project": ID,
        "round": Whole(),
        "kind": Text(),
        "digests": Table(DIGEST),
        "days": Whole(),
        "usualDays": Whole(),
        "opened": Instant(),
        "closes": Instant(),
        "openedBy": Text(64),
        "offsetMinutes": Whole(-1_000, 1_000),
        "authority": Text(),
        "reason": SAID,
        "isOver": Flag(),
        "comments": Whole(),
        "undisposed": Whole(),
        "major": Whole(about="Dispositions that make a major change"),
    },
)
CONSULTATIONS = Thing("Consultations", {"consultations": Many(CONSULTATION)})
PARTY = Thing(
    "Party", {"id": Text(64), "name": Text(), "sent": Instant(), "withComments": Flag()}, {"returned": Instant()}
)
PARTIES = Thing("Parties", {"parties": Many(PARTY, most=MOST)})
_PARTY_ID = Text(64, pattern="[A-Za-z0-9._-]{1,64}")
NEW_PARTIES = Thing(
    "NewParties",
    {"parties": Many(Thing("NewParty", {"id": _PARTY_ID, "name": Text(200, least=1)}), most=1_000, least=1)},
)
RETURN = Thing("NewReturn", {"withComments": Flag()})
PLACE = Thing(
    "Place",
    {},
    {"clause": Text(60), "canonical": Text(600), "path": Text(600)},
    about="A clause such as 4.2.1, or a canonical with the path of an element.",
)
NEW_COMMENT = Thing(
    "NewComment",
    {"place": PLACE, "text": Text(20_000, lines=True)},
    {
        "name": Text(400),
        "organisation": Text(400),
        "contact": Text(400, about="For the office only"),
        "mayBeNamed": Flag("Whether name and organisation may be shown to everybody"),
    },
)
DISPOSITION = Thing(
    "Disposition",
    {
        "outcome": Choice(tuple(OUTCOMES)),
        "reason": SAID,
        "change": SAID,
        "isMajor": Flag(),
        "instant": Instant(),
        "revision": Whole(),
    },
    {"by": Text(64)},
)
COMMENT = Thing(
    "Comment",
    {
        "consultation": ID,
        "number": Whole(),
        "place": PLACE,
        "text": SAID,
        "name": Text(),
        "organisation": Text(),
        "received": Instant(),
        "isWithheld": Flag(),
    },
    {"contact": Text(400), "mayBeNamed": Flag(), "withheld": SAID, "disposition": DISPOSITION},
    about="Contact, and names that may not be shown to everybody, are for the office only.",
)
COMMENTS = Thing("Comments", {"comments": Many(COMMENT), "total": Whole()}, _NUMBERED)
NEW_DISPOSITION = Thing(
    "NewDisposition",
    {"outcome": Choice(tuple(OUTCOMES))},
    {"reason": Text(5_000, lines=True), "change": Text(5_000, lines=True), "isMajor": Flag()},
)
WITHHOLDING = Thing("NewWithholding", {"reason": REASON})
TABLE_FILE = File(TABLE_TYPES)
AS_TABLE: Mapping[str, Plain] = {"format": TABLE_FORMATS}
MINUTES_FILE = File(("application/json", *TABLE_TYPES))
AS_MINUTES: Mapping[str, Plain] = {"format": Choice(("json", "xlsx", "csv", "html"))}
COUNTED = Thing(
    "Count",
    {name: Whole() for name in ("members", "approve", "oppose", "abstain", "silent")},
)
VERDICT = Thing(
    "Verdict", {"passed": Flag(), "count": COUNTED, "sentences": Many(SENTENCE)}, {"furtherApprovals": Whole()}
)
PROFILE = Thing(
    "VoteProfile",
    {
        "id": Text(),
        "version": Text(),
        "name": SENTENCE,
        "approve": Text(about="A fraction such as 2/3"),
        "approveOf": Text(),
        "silence": Text(),
        "leastMembers": Whole(),
        "excludesDraftingUnits": Flag(),
        "abstentionIsBallot": Flag(),
    },
    {"quorum": Text(), "opposeLimit": Text(), "letterDays": Whole()},
)
ROSTER = Thing(
    "Roster",
    {
        "members": Many(Thing("RosterMember", {"id": ID, "name": Text(), "unit": Text()})),
        "recusals": Many(Thing("Recusal", {"member": ID, "why": Text(), "reason": SAID})),
    },
)
BALLOT = Thing(
    "Ballot",
    {
        "id": ID,
        "project": ID,
        "round": Whole(),
        "form": Text(),
        "digests": Table(DIGEST),
        "digest": DIGEST,
        "profile": PROFILE,
        "roster": ROSTER,
        "opened": Instant(),
        "openedBy": Text(64),
        "offsetMinutes": Whole(-1_000, 1_000),
        "how": Text(about="Empty while it is open; closed or recalled"),
        "endedBy": Text(64),
        "reason": SAID,
        "purpose": Choice(("draft", "review")),
        "conclusion": Text(),
    },
    {"closes": Instant(), "ended": Instant()},
)
BALLOTS = Thing("Ballots", {"ballots": Many(BALLOT)})
VOTE = Thing(
    "Vote",
    {
        "ballot": ID,
        "member": ID,
        "choice": Choice(("approve", "oppose", "abstain")),
        "reason": SAID,
        "digest": DIGEST,
        "cast": Instant(),
        "revision": Whole(),
    },
)
BALLOT_SHOWN = Thing(
    "BallotShown",
    {"ballot": BALLOT, "present": Many(ID), "voted": Many(ID)},
    {"mine": VOTE, "verdict": VERDICT, "votes": Many(VOTE)},
    about="How it stands and who voted what is shown once it is closed.",
)
NEW_BALLOT = Thing(
    "NewBallot",
    {},
    {
        "closes": Instant("Of a letter review"),
        "declared": Table(LINE, about="By member, the interest that they declared"),
        "conclusion": Choice(CONCLUSIONS, about="Of a periodic review: which action is voted on"),
    },
)
NEW_VOTE = Thing(
    "NewVote",
    {"choice": Choice(("approve", "oppose", "abstain")), "digest": DIGEST},
    {"reason": Text(5_000, lines=True)},
)
RECALL = Thing("NewRecall", {"reason": REASON})
