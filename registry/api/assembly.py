"""The registry's JSON API, put together over one store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone
from pathlib import Path

from fhir_kernel.clock import NewId
from fhir_kernel.store.base import Store
from registry.api.desks.ballots import BallotsDesk
from registry.api.desks.consultations import ConsultationsDesk
from registry.api.desks.documents import DocumentsDesk
from registry.api.desks.groups import GroupsDesk
from registry.api.desks.ledger import LedgerDesk
from registry.api.desks.matters import MattersDesk
from registry.api.desks.offices import OfficesDesk
from registry.api.desks.packages import PackagesDesk
from registry.api.desks.projects import ProjectsDesk
from registry.api.desks.proposals import ProposalsDesk
from registry.api.desks.rules import RulesDesk
from registry.api.desks.standards import StandardsDesk
from registry.api.kit import Kit
from registry.api.routes import (
    ballots,
    consultations,
    documents,
    groups,
    ledger,
    matters,
    offices,
    packages,
    projects,
    proposals,
    rules,
    standards,
)
from registry.drafting.package.bench import Bench
from registry.http.route import Route, answered_by
from registry.publication.facts import publication_facts
from registry.records.catalogue import Catalogue
from registry.records.rulebook import Rulebook

CHINA = timedelta(hours=8)
"""The distance of local time from UTC, where nothing else is set."""
TABLES: Sequence[tuple[Sequence[Route], Callable[[Kit], object]]] = (
    (standards.ROUTES, StandardsDesk),
    (proposals.ROUTES, ProposalsDesk),
    (projects.ROUTES, ProjectsDesk),
    (documents.ROUTES, DocumentsDesk),
    (packages.ROUTES, PackagesDesk),
    (matters.ROUTES, MattersDesk),
    (groups.ROUTES, GroupsDesk),
    (offices.ROUTES, OfficesDesk),
    (consultations.ROUTES, ConsultationsDesk),
    (ballots.ROUTES, BallotsDesk),
    (ledger.ROUTES, LedgerDesk),
    (rules.ROUTES, RulesDesk),
)
"""Each table of routes with the desk that answers it."""
ROUTES: Sequence[Route] = tuple(route for table, _ in TABLES for route in table)


@dataclass(frozen=True, slots=True)
class Registry:
    """Made once in each process that serves."""

    kit: Kit

    def routes(self) -> list[Route]:
        """All routes but those of people and of publication, answered."""
        return [route for table, desk in TABLES for route in answered_by(table, desk(self.kit))]


def assemble_registry(
    store: Store, bench: Bench, folder: Path, *, new_id: NewId, offset: timedelta = CHINA
) -> Registry:
    """The API over a store; `folder` is where uploads are while they are looked into, on the disk of the data."""
    rulebook, catalogue = Rulebook(timezone(offset)), Catalogue(store)
    return Registry(Kit(store, new_id, rulebook, catalogue, publication_facts, offset, bench, folder))
