"""The routes of publication and evaluation, asked by people who are logged in."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from fhir_kernel.store.base import Store
from registry.api.kit import Kit
from registry.evaluation.routes import evaluation_routes
from registry.http.api import build_api
from registry.people.routes import people_routes
from registry.publication.facts import publication_facts
from registry.publication.routes import publication_routes
from registry.records.catalogue import Catalogue
from registry.records.rulebook import Rulebook
from tests.registry.drafting.making import BENCH
from tests.registry.http.client import Client
from tests.registry.people.world import EVERYTHING, Office, Somebody
from tests.registry.publication.world import ZONE, House

NATION = {"kind": "jurisdiction", "code": ""}


class Bureau:
    """A publishing house and the office of those who work there, at one time."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.office, self.house = Office(store), House(store, folder)
        kit = Kit(
            store=store,
            new_id=self.house.new_id,
            rulebook=Rulebook(ZONE),
            catalogue=Catalogue(store),
            gather=publication_facts,
            offset=timedelta(hours=8),
            bench=BENCH,
            folder=folder / "uploads",
        )
        people = self.office.people
        routes = [*people_routes(people), *publication_routes(kit, self.house.press), *evaluation_routes(kit)]
        app = build_api(routes, people.caller_of, people.limiter, title="Plumbline", version="1")
        self._client = Client(app, routes)

    async def opened(self) -> None:
        root = await self.office.opened()
        self.officer = await self.office.hired(root, "officer", ("N", NATION))
        self.lawyer = await self.office.hired(root, "lawyer", ("L", NATION))
        self.evaluator = await self.office.hired(root, "evaluator", ("E", NATION))
        self.authority = await self.office.hired(root, "authority", ("authority", EVERYTHING))
        self.visitor = await self.office.hired(root, "visitor")

    def go_on(self, **by: float) -> None:
        self.office.time.go_on(**by)
        self.house.go_on(**by)

    async def again(self, who: Somebody) -> Somebody:
        """Log in once more, for sessions end."""
        return await self.office.logged_in(who.login)

    async def ask(self, operation: str, body: Any = None, by: Somebody | None = None, **more: Any) -> httpx.Response:
        return await self._client.ask(operation, body, token=by.token if by else "", **more)

    async def done(self, operation: str, body: Any = None, by: Somebody | None = None, **more: Any) -> Any:
        answer = await self.ask(operation, body, by, **more)
        assert answer.is_success, answer.text
        return answer.json()
