"""The ledger as the registry knows it: every edition of every standard, with its public status on a day."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date

from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document
from registry.ledger.row import LedgerRow
from registry.lifecycle.status import PublicStatus
from registry.model.edition import Edition
from registry.model.project import Project, project_of
from registry.model.standard import Standard
from registry.records.catalogue import Catalogue, Listed, Wanted
from registry.records.keeping import PROJECTS, all_listed

_EVERYTHING = 10**9


async def ledger_rows(reader: Reader, catalogue: Catalogue, today: date) -> Sequence[LedgerRow]:
    """One row an edition, in the order of the numbers and the newest first; made on a thread."""
    listed = (await catalogue.search(Wanted(), today, count=_EVERYTHING)).listed
    projects = await all_listed(reader, PROJECTS.collection)
    return await asyncio.to_thread(_rows, listed, projects, today)


def _rows(listed: Sequence[Listed], kept: Sequence[tuple[str, Document]], today: date) -> list[LedgerRow]:
    projects = {name: project_of(name, document) for name, document in kept}
    return [
        row_of(each.row.standard, run.edition, projects.get(run.edition.project), run.status(today))
        for each in listed
        for run in each.row.runs
    ]


def row_of(standard: Standard, its: Edition, project: Project | None, status: PublicStatus) -> LedgerRow:
    """What the ledger says of an edition; its title is that of the project that made it."""
    return LedgerRow(
        number=its.number,
        title=standard.title if project is None else project.title,
        kind=standard.kind,
        system_class=standard.system_class,
        jurisdiction=standard.jurisdiction,
        status=status,
        published=its.published,
        in_force=its.in_force,
        ends=its.ends,
        replaces=tuple(each.number for each in its.related("replaces") if each.number),
        lead_unit="" if project is None else project.lead_unit,
    )
