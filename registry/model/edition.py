"""An edition of a standard, such as WS/T 788-2021, with the days on which its public status changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from fhir_kernel.store.records import Document
from registry.model.artefact import Artefact
from registry.model.codec import Kept, read
from registry.model.relation import Relation, RelationKind


@dataclass(frozen=True, slots=True)
class Imported(Kept):
    """Where an edition was taken from that was published before the registry existed."""

    file: str
    """The SHA-256 of the ledger; the store keeps the bytes by it."""
    line: int
    by: str
    """The id of a person."""
    instant: datetime


@dataclass(frozen=True, slots=True)
class Edition(Kept):
    """An edition, from the proposal of the project that makes it. Days are those of the local calendar."""

    id: str
    standard: str
    project: str
    """The project that makes it."""
    created: datetime
    number: str = ""
    """Such as `WS/T 788-2021`; empty until it is given."""
    published: date | None = None
    in_force: date | None = None
    """The day of implementation (实施日期)."""
    ends: date | None = None
    """The first day on which it is no longer in force."""
    replaced_by: str = ""
    """The edition that supersedes it, as `standard/edition`: both ids."""
    artefacts: tuple[Artefact, ...] = ()
    """What was published."""
    relations: tuple[Relation, ...] = ()
    announcement: str = ""
    """The number of the announcement (公告)."""
    imported: Imported | None = None
    """None: it was made here. Otherwise `created` is the day of its publication."""

    def related(self, kind: RelationKind) -> tuple[Relation, ...]:
        """Its relations of one kind."""
        return tuple(each for each in self.relations if each.kind == kind)


def edition_of(id_: str, kept: Document) -> Edition:
    """The edition that was kept."""
    return read(Edition, kept, id=id_)
