"""Enters an edition that was published before the registry existed: its project begins where its life has come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from fhir_kernel.clock import NewId
from fhir_kernel.store.records import Document
from registry.ledger.row import LedgerRow
from registry.lifecycle.advance import Missing, advance
from registry.lifecycle.book import Book
from registry.model.case import Act, Case
from registry.model.edition import Edition, Imported
from registry.model.event import Event
from registry.model.project import Project, ProjectKind
from registry.model.standard import Standard
from registry.records.acting import WhoActs
from registry.records.cases import EVENTS, PROGRESS, event_name
from registry.records.keeping import EDITIONS, PROJECTS
from registry.records.numbers import NUMBERS, claims, key_of, number_of

IMPORT, IMPORT_ENDED = "import", "import-ended"
Write = tuple[str, str, Document]
"""Collection, name and document."""


@dataclass(frozen=True, slots=True)
class Source:
    """Which file is taken over, by whom, when and by which rules."""

    file: str
    """Its SHA-256."""
    by: str
    """The id of a person."""
    who: WhoActs
    now: datetime
    book: Book
    new_id: NewId

    @property
    def today(self) -> date:
        """The local day."""
        return self.book.today(self.now)


def new_standard(row: LedgerRow, source: Source) -> Standard:
    """The standard of which a row is the newest edition."""
    return Standard(
        source.new_id(),
        row.title,
        row.kind,
        row.system_class,
        source.now,
        jurisdiction=row.jurisdiction,
        number=number_of(row.number).standard,
    )


def new_edition(row: LedgerRow, line: int, standard: Standard, source: Source) -> Edition:
    """The edition of a row, as yet without its relations."""
    return Edition(
        source.new_id(),
        standard.id,
        source.new_id(),
        datetime.combine(row.published or source.today, time(), UTC),
        number=row.number,
        published=row.published,
        in_force=row.in_force,
        ends=row.ends,
        imported=Imported(source.file, line, source.by, source.now),
    )


def case_of(row: LedgerRow, standard: Standard, its: Edition, source: Source) -> Case:
    """The case of an edition of a ledger, before anything has happened."""
    project = Project(
        its.project,
        standard.id,
        its.id,
        row.title,
        source.now,
        kind=_kind(its),
        lead_unit=row.lead_unit,
        has_package=False,
        committee=standard.committee,
        jurisdiction=standard.jurisdiction,
    )
    return Case(standard, its, project)


def entered(case: Case, source: Source) -> Event | Missing:
    """The event by which it begins: as published, or as ended."""
    ends = case.edition.ends
    action = IMPORT if ends is None or ends > source.today else IMPORT_ENDED
    return advance(case, Act(action, evidence=(source.file,)), source.who(case), source.now, source.book)


def writes_of(case: Case, event: Event) -> Iterator[Write]:
    """The documents that keep it, but for that of the standard."""
    its, project = case.edition, case.project
    yield EDITIONS, f"{its.standard}/{its.id}", its.document()
    yield PROJECTS.collection, project.id, project.document()
    yield EVENTS, event_name(project.id, event.number), event.document()
    yield PROGRESS, project.id, case.progress.after(event).document()
    for number, owner in claims(number_of(its.number), its.standard, its.id).items():
        yield NUMBERS, key_of(number), owner


def _kind(its: Edition) -> ProjectKind:
    if its.related("amends"):
        return "amendment"
    return "revision" if its.related("replaces") else "new"
