"""A publishing house: standards whose drafts have passed their ballots, and what is needed to publish them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.settings import load_settings
from fhir_kernel.store.base import Store, Transaction
from fhir_kernel.store.records import Key
from fhir_server.identity.audit import Auditor
from fhir_server.planning import Planner
from fhir_server.repository import Repository
from plumbline.wiring import build_enforcement, index_over
from registry.ballots.closing import close
from registry.ballots.opening import open_ballot
from registry.ballots.profile import VoteProfile
from registry.ballots.roster import Member, Roster
from registry.casework.drafts import PackageDraft, add_draft
from registry.drafting.package.limits import PackageLimits
from registry.lifecycle.book import book_of
from registry.model.artefact import FiledDocument
from registry.model.case import Act, Actor
from registry.model.edition import Edition
from registry.model.event import Event
from registry.model.progress import Progress
from registry.model.project import Project
from registry.model.standard import Standard
from registry.publication.auditing import written_by_people
from registry.publication.doing import Doing
from registry.publication.ending import end
from registry.publication.facts import publication_facts
from registry.publication.numbering import Numbered, allot
from registry.publication.preparing import prepare
from registry.publication.press import Press
from registry.publication.publishing import publish
from registry.publication.record import Publication, PublicationPlan
from registry.publication.releasing import Workshop
from registry.publication.signing import Signer
from registry.records.acting import Moment
from registry.records.cases import PROGRESS, progress
from registry.records.filing import file_document
from registry.records.keeping import PROJECTS, STANDARDS, edition, save_edition
from registry.sentence import Sentence
from tests.registry.drafting.making import BENCH, MANIFEST, core, element, package, profile

ZONE = timezone(timedelta(hours=8))
START = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
OFFICER, AUTHORITY = "person-n", "person-authority"
PATIENT = profile(element("Patient.birthDate", min=1), name="example-patient")
GOOD = {
    "resourceType": "Patient",
    "id": "good",
    "meta": {"profile": [PATIENT["url"]]},
    "birthDate": "1980-01-01",
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">good</div>'},
}
ISSUER = Sentence("National Health Commission", "国家卫生健康委")
VOTES = VoteProfile(
    id="tc",
    version="1",
    name=Sentence("committee", "标委会"),
    approve=Fraction(2, 3),
    approve_of="ballots",
    quorum=Fraction(3, 4),
    oppose_limit=None,
    silence="absent",
    least_members=1,
    excludes_drafting_units=False,
    abstention_is_ballot=True,
    letter_days=30,
)


@cache
def enforcement():
    return build_enforcement(core(), load_settings())


@cache
def index():
    return index_over(core(), load_settings())


class House:
    """The registry around publication, at a time that goes on when it is told to."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.now = store, START
        ids = itertools.count(1)
        self.new_id = lambda: f"id-{next(ids)}"
        planner = Planner(index().values, enforcement(), core().model, self.clock)
        audit = written_by_people(Auditor("Plumbline", self.new_id))
        self.press = Press(
            store=store,
            repository=Repository(store, planner, self.clock, audit),
            workshop=Workshop(BENCH, PackageLimits(), folder / "work"),
            archive_limits=ArchiveLimits(),
            signer=Signer(folder / "keys", self.clock),
            new_id=self.new_id,
        )
        self.book = book_of((), ZONE)

    def clock(self) -> datetime:
        return self.now

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def go_on(self, **by: float) -> None:
        self.now += timedelta(**by)

    def doing(self, action: str, *roles: str, expected: int | None = None, **more: Any) -> Doing:
        actor = Actor(OFFICER, frozenset(("A", *roles)))
        moment = Moment(self.now, self.book, publication_facts)
        return Doing(OFFICER, lambda _case: actor, moment, Act(action, **more), expected)

    async def drafted(self, *resources: Any, name: str = "one", standard: str = "", **more: Any) -> str:
        """A project whose package has passed the ballot and is to be numbered; gives its id."""
        content = package(*resources, examples=more.pop("examples", ()), manifest=more.pop("manifest", MANIFEST))
        kept = await self.store.keep(content)
        draft = PackageDraft(name, 1, kept, f"digest-{name}", "", len(content), "cn", "1", self.now, "lu")

        async def work(transaction: Transaction) -> None:
            await self._case(transaction, name, standard or f"standard-{name}", more)
            if resources:
                await add_draft(transaction, draft)
                await self._voted(transaction, name, draft.digest)

        await self.store.commit(work)
        return name

    async def _case(self, transaction: Transaction, name: str, standard: str, more: Mapping[str, Any]) -> None:
        title = Sentence(f"Title {name}", f"标准 {name}")
        if await STANDARDS.find(transaction, standard) is None:
            kind, jurisdiction = more.get("kind", "WS/T"), more.get("jurisdiction", "")
            made = Standard(standard, title, kind, "data", self.now, jurisdiction)
            await STANDARDS.save(transaction, made)
        project_kind, has_package = more.get("project", "new"), more.get("has_package", True)
        await save_edition(transaction, Edition(f"edition-{name}", standard, name, self.now))
        project = Project(name, standard, f"edition-{name}", title, self.now, project_kind, has_package=has_package)
        await PROJECTS.save(transaction, project)
        states = {
            "text": "60.00",
            "package": "ballot" if has_package else "none",
            "filing": "none",
            "evaluation": "none",
        }
        await transaction.save(PROGRESS, name, Progress(3, states, {"60.00": self.now}).document())
        for kind in ("final-text", "interpretation"):
            await self._filed(transaction, name, kind)

    async def _filed(self, transaction: Transaction, project: str, kind: str) -> None:
        id_ = self.new_id()
        document = FiledDocument(id_, project, kind, f"digest-{kind}", kind, "text/markdown", 1, OFFICER, self.now)
        await file_document(transaction, document)

    async def filed(self, project: str, kind: str) -> None:
        await self.store.commit(lambda transaction: self._filed(transaction, project, kind))

    async def at_stage(self, project: str, stage: str) -> None:
        """Take a published project to a stage without going the whole way."""
        stands = await progress(self.store, project)
        states, entered = {**stands.states, "text": stage}, {**stands.entered, stage: self.now}
        kept = replace(stands, states=states, entered=entered).document()
        await self.store.commit(lambda transaction: transaction.save(PROGRESS, project, kept))

    async def depended(self, project: str, *others: str) -> None:
        """Say what depends on the edition of a project."""
        change = lambda known: replace(known, dependants=others)  # noqa: E731
        await self.store.commit(lambda transaction: PROJECTS.edit(transaction, project, change))

    async def trusted(self, standard: str, custodian: str) -> None:
        """Put a standard on the registry track, with a custodian of its code tables."""
        change = lambda known: replace(known, track="registry", custodian=custodian)  # noqa: E731
        await self.store.commit(lambda transaction: STANDARDS.edit(transaction, standard, change))

    async def _voted(self, transaction: Transaction, project: str, digest: str) -> None:
        ballot = await open_ballot(
            transaction,
            id=f"ballot-{project}",
            project=project,
            form="meeting",
            digests={"package": digest},
            profile=VOTES,
            roster=Roster((Member("c", "委员", "unit"),)),
            opened_by="s",
            now=self.now,
            offset=timedelta(hours=8),
        )
        await close(transaction, ballot.id, by="s", now=self.now)

    async def numbered(self, project: str, number: str, **more: Sequence[str]) -> Edition:
        relations = {name: tuple(value) for name, value in more.items()}
        _, its = await self.store.commit(lambda tx: allot(tx, project, Numbered(number, **relations)))
        return its

    def planned(self, **more: Any) -> PublicationPlan:
        """To be published today, warned of in 30 days, in force in 90."""
        today = self.today
        plan = PublicationPlan(
            today,
            today + timedelta(90),
            "国卫通〔2026〕5号",
            ISSUER,
            today + timedelta(30),
            clauses={PATIENT["url"]: "5.1"},
        )
        return replace(plan, **more)

    async def prepared(self, project: str, **more: Any) -> Publication:
        plan = self.planned(**more)
        return await prepare(self.press, project, plan, by=OFFICER, now=self.now, zone=ZONE)

    async def published(self, project: str, **more: Any) -> Event:
        return await publish(self.press, project, self.doing("publish", "N", **more))

    async def ended(self, project: str, action: str, *roles: str, **more: Any) -> Event:
        return await end(self.press, project, self.doing(action, *roles, **more))

    async def edition(self, project: str) -> Edition:
        found = await PROJECTS.get(self.store, project)
        return await edition(self.store, found.standard, found.edition)

    async def resource(self, resource_type: str, id_: str) -> Any:
        return await self.store.read(Key(resource_type, id_))

    async def log(self, name: str) -> list[Any]:
        return [entry async for _, entry in self.store.log(name)]
