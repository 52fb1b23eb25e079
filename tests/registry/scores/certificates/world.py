"""An office that issues certificates of products, which were scored in a snapshot."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from conformance.scoring.assess import Assessment
from conformance.scoring.canonical import plain
from conformance.scoring.model import RulePack
from conformance.scoring.period import Period
from conformance.scoring.policy_file import shipped_policy
from conformance.scoring.said import Said
from fhir_kernel.store.base import Store
from fhir_server.identity.organisations import Organisation, Product
from fhir_server.identity.register import add_organisation, add_product
from registry.api.kit import Kit
from registry.http.api import build_api
from registry.people.person import PEOPLE
from registry.people.routes import people_routes
from registry.publication.facts import publication_facts
from registry.publication.signing import Signer
from registry.records.catalogue import Catalogue
from registry.records.rulebook import Rulebook
from registry.scores.certificates.routes import certificate_routes
from registry.scores.running.products import keep_products
from registry.scores.running.snapshots import KeptSnapshot, save_head
from registry.scores.running.terms import Terms
from tests.registry.drafting.making import BENCH
from tests.registry.http.client import Client
from tests.registry.people.world import NATION, SHANGHAI, Office, Somebody

ZONE = timezone(timedelta(hours=8))
SNAPSHOT = "2026-02-1"
TERMS = Terms(
    pack=RulePack("pack", ()),
    policy=shipped_policy(),
    classes=(),
    declarations=(),
    period=Period(date(2026, 2, 1), date(2026, 2, 28)),
    seed=7,
    engine="Plumbline",
    terminology="",
    spans={},
    strikes=(),
    generation="1",
)
GOOD = Assessment(
    owner="his#2.1",
    value=Decimal("91.25"),
    lower=Decimal("88.10"),
    upper=Decimal("93.40"),
    dimensions={"D1": 0.97, "D2": 0.85},
    coverage=1.0,
    records=4000,
)
FEW = Said("2 institutions use rare#1; expected 3 at the least", "使用 rare#1 的机构为 2 家；应不少于 3 家")
SCORES = {
    "his#2.1": (3, GOOD),
    "lab#1": (5, GOOD),
    "weak#1": (3, replace(GOOD, lower=Decimal("79.99"), dimensions={"D1": 0.97, "D2": 0.69})),
    "rare#1": (2, replace(GOOD, value=None, lower=None, upper=None, withheld=(FEW,))),
    "gone#1": (3, GOOD),
}


async def keep_snapshot(store: Store, id_: str = SNAPSHOT) -> None:
    """A snapshot in which these products were scored."""
    digest, terms = await store.keep(f"the snapshot {id_}".encode()), await store.keep(TERMS.content())
    rows = [
        {"product": product, "institutions": users, "assessment": plain(replace(made, owner=product))}
        for product, (users, made) in SCORES.items()
    ]
    await keep_products(store, digest, rows)
    head = KeptSnapshot(
        id=id_,
        month="2026-02",
        begin=TERMS.period.begin,
        end=TERMS.period.end,
        digest=digest,
        terms=terms,
        taken=datetime(2026, 3, 1, tzinfo=UTC),
        by="",
        seed=7,
        pack="pack",
        policy=TERMS.policy.version,
        engine="Plumbline",
        terminology="",
        generation="1",
        errata=(),
        institutions=5,
    )
    await store.commit(lambda transaction: save_head(transaction, head))


class Certifying:
    """The office behind its routes."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.office = store, Office(store)
        ids = itertools.count(1)
        self.signer = Signer(folder / "keys", self.office.time.clock)
        kit = Kit(
            store=store,
            new_id=lambda: f"id-{next(ids)}",
            rulebook=Rulebook(ZONE),
            catalogue=Catalogue(store),
            gather=publication_facts,
            offset=timedelta(hours=8),
            bench=BENCH,
            folder=folder / "uploads",
        )
        people = self.office.people
        routes = [*people_routes(people), *certificate_routes(kit, self.signer)]
        app = build_api(routes, people.caller_of, people.limiter, title="Plumbline", version="1")
        self._client = Client(app, routes)

    async def opened(self) -> None:
        self.root = await self.office.opened()
        self.officer = await self.office.hired(self.root, "officer", ("N", NATION))
        self.evaluator = await self.office.hired(self.root, "evaluator", ("E", NATION))
        self.local = await self.office.hired(self.root, "local", ("N", SHANGHAI))
        await keep_snapshot(self.store)
        await add_organisation(self.store, Organisation("vendor-1", "明日<软件>", "vendor"))
        for name in ("his", "lab", "weak", "rare"):
            await add_product(self.store, Product(name, f"Product <b>{name}</b>", "vendor-1", ("1", "2.1")))

    async def belongs(self, who: Somebody, organisation: str) -> None:
        kept = dict(await self.store.load(PEOPLE, who.id) or {})
        await self.store.commit(lambda tx: tx.save(PEOPLE, who.id, {**kept, "organisation": organisation}))

    async def ask(self, operation: str, body: Any = None, by: Somebody | None = None, **more: Any) -> httpx.Response:
        return await self._client.ask(operation, body, token=by.token if by else "", **more)

    async def done(self, operation: str, body: Any = None, by: Somebody | None = None, **more: Any) -> Any:
        answer = await self.ask(operation, body, by, **more)
        assert answer.is_success, answer.text
        return answer.json()

    async def issued(self, product: str = "his#2.1") -> Any:
        return await self.done("issueCertificate", {"product": product, "snapshot": SNAPSHOT}, self.officer)
