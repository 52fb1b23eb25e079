"""Standards and their editions as the catalogue shows them, and proposals."""

from __future__ import annotations

from collections.abc import Mapping

from registry.api.shapes.common import CLASS, COUNT, DIVISION, ID, KIND, LINE, PROSE, START, TITLE
from registry.api.shapes.deriving import MOST, shape_of, with_more
from registry.http.shapes import Choice, Flag, Instant, Plain, Text, Whole
from registry.http.structures import Many, Table, Thing
from registry.lifecycle.status import PUBLIC_STATUSES
from registry.model.edition import Edition
from registry.model.project import PROJECT_KINDS
from registry.model.relation import RELATION_KINDS, Relation
from registry.model.standard import STANDARD_CLASSES, STANDARD_KINDS, TRACKS, Standard
from registry.people.shapes import SENTENCE

STATUS = Choice(PUBLIC_STATUSES)
STANDARD, EDITION, RELATION = shape_of(Standard), shape_of(Edition), shape_of(Relation)
SEARCH: Mapping[str, Plain] = {
    "q": Text(200, about="Words in numbers and titles; all of them have to be there"),
    "status": Many(STATUS),
    "class": Many(Choice(STANDARD_CLASSES)),
    "kind": Many(Choice(STANDARD_KINDS)),
    "jurisdiction": Many(Text(6), about="Divisions of GB/T 2260; '' is the nation"),
    "stage": Many(Text(5), about="Stage codes such as 30.20, or their beginnings such as 30"),
    "committee": Many(ID),
    "start": START,
    "count": COUNT,
}
ENTRY = Thing(
    "CatalogueEntry",
    {"standard": STANDARD, "status": STATUS, "statusName": SENTENCE, "editions": Whole()},
    {"edition": EDITION, "stage": Text(), "changed": Instant()},
    about="A standard, with the edition that counts today.",
)
CATALOGUE = Thing(
    "Catalogue",
    {"standards": Many(ENTRY), "total": Whole(), "statuses": Table(Whole())},
    {"next": Whole(about="For `start`, where more come")},
)
EDITION_SHOWN = with_more(
    EDITION,
    "EditionShown",
    {"status": STATUS, "statusName": SENTENCE},
    {"stage": Text(), "stageName": SENTENCE, "changed": Instant()},
)
STANDARD_SHOWN = Thing(
    "StandardShown",
    {
        "standard": STANDARD,
        "editions": Many(EDITION_SHOWN, most=MOST),
        "relatedFrom": Many(
            Thing("RelatedFrom", {"standard": ID, "edition": ID, "number": Text(), "kind": Choice(RELATION_KINDS)}),
            most=MOST,
        ),
    },
    {"committee": Thing("CommitteeName", {"id": ID, "name": SENTENCE, "number": Text()})},
)
STANDARD_CHANGE = Thing(
    "StandardChange",
    {},
    {"title": TITLE, "class": CLASS, "committee": ID, "custodian": ID, "track": Choice(TRACKS)},
)
NEW_RELATIONS = Thing(
    "NewRelations",
    {
        "relations": Many(
            Thing(
                "NewRelation",
                {"kind": Choice(tuple(each for each in RELATION_KINDS if each not in ("replaces", "amends")))},
                {"target": ID, "number": LINE},
            ),
            most=500,
        )
    },
    about="In the place of all but those that say what is replaced or amended.",
)
FOUND_NUMBER = Thing("FoundNumber", {"standard": ID}, {"edition": ID})
DUPLICATE = Thing("Duplicate", {"standard": STANDARD, "status": STATUS, "statusName": SENTENCE})
DUPLICATES = Thing("Duplicates", {"duplicates": Many(DUPLICATE), "total": Whole()})
PROPOSAL = Thing(
    "NewProposal",
    {"title": TITLE, "kind": KIND, "class": CLASS, "need": PROSE, "scope": PROSE, "owner": LINE},
    {
        "jurisdiction": DIVISION,
        "committee": ID,
        "contact": Text(200, about="For the secretariat only"),
        "standard": Text(64, about="The standard to revise or amend; without, it is a new one"),
        "projectKind": Choice(PROJECT_KINDS),
        "hasPackage": Flag(),
        "track": Choice(TRACKS),
    },
)
RECEIVED = Thing(
    "ProposalReceived",
    {
        "project": ID,
        "standard": ID,
        "edition": ID,
        "state": Text(),
        "receipt": Text(64, about="Follows the proposal; it is told this once"),
        "duplicates": Many(DUPLICATE),
    },
)
FOLLOWED = Thing(
    "ProposalFollowed",
    {
        "project": ID,
        "standard": ID,
        "title": SENTENCE,
        "state": Text(),
        "stateName": SENTENCE,
        "received": Instant(),
        "decisions": Many(
            Thing(
                "Decision",
                {
                    "action": Text(),
                    "to": Text(),
                    "toName": SENTENCE,
                    "reason": Text(MOST, lines=True),
                    "instant": Instant(),
                },
            )
        ),
    },
)
