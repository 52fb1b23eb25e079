"""An office in which people enter what scores rest on, about institutions of a register and a published standard."""

from __future__ import annotations

import copy
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from conformance.rules_in_force import Rule
from fhir_kernel.store.base import Store
from fhir_server.identity.organisations import Organisation, Product
from fhir_server.identity.register import add_organisation, add_product
from registry.api.kit import Kit
from registry.enforcement.published import write_rules
from registry.enforcement.rules import RuleSet, StandardRule
from registry.http.api import build_api
from registry.publication.facts import publication_facts
from registry.records.catalogue import Catalogue
from registry.records.rulebook import Rulebook
from registry.scores.inputs.routes import inputs_routes
from tests.registry.drafting.making import BENCH
from tests.registry.http.client import Client
from tests.registry.people.world import EVERYTHING, NATION, SHANGHAI, START, Office, Somebody
from tests.registry.publication.world import ZONE, enforcement

LABS, VISITS = "http://example.org/fhir/StructureDefinition/labs", "http://example.org/fhir/StructureDefinition/visits"
REPORT: dict[str, Any] = {
    "resourceType": "TestReport",
    "status": "completed",
    "testScript": {"reference": "http://example.org/fhir/TestScript/read|1.0"},
    "result": "fail",
    "issued": "2026-02-20T10:00:00+08:00",
    "test": [
        {"action": [{"operation": {"result": "pass"}}, {"assert": {"result": "warning"}}]},
        {"action": [{"operation": {"result": "pass"}}, {"assert": {"result": "fail"}}, {"assert": {"result": "skip"}}]},
        {"action": [{"operation": {"result": "error"}}]},
        {"action": [{"operation": {"result": "skip"}}]},
    ],
}
GRANTS = {
    "business": [("M", NATION)],
    "other_business": [("M", NATION)],
    "evaluator": [("E", NATION)],
    "local": [("E", SHANGHAI)],
    "authority": [("authority", EVERYTHING)],
}


def report(**more: Any) -> dict[str, Any]:
    """A TestReport of one test that passed, one that failed, one error, and one that was skipped."""
    return {**copy.deepcopy(REPORT), **more}


class Inputs:
    """Two hospitals of a class in Shanghai and one elsewhere, and the people of the authority."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.office, self.store = Office(store), store
        ids = iter(range(1, 100_000))
        self.kit = Kit(
            store=store,
            new_id=lambda: f"id-{next(ids):05}",
            rulebook=Rulebook(ZONE),
            catalogue=Catalogue(store),
            gather=publication_facts,
            offset=timedelta(hours=8),
            bench=BENCH,
            folder=folder / "uploads",
        )
        people = self.office.people
        self.routes = inputs_routes(self.kit, enforcement())
        app = build_api(self.routes, people.caller_of, people.limiter, title="Plumbline", version="1")
        self.client = Client(app, self.routes)

    async def opened(self) -> None:
        root = await self.office.opened()
        places = {"h1": "310115", "h2": "310115", "h3": "110101"}
        for id_, place in places.items():
            its = Organisation(id_, f"医院 {id_}", "institution", jurisdiction=place, classification="tertiary-a")
            await add_organisation(self.store, its)
        await add_organisation(self.store, Organisation("v", "厂商", "vendor"))
        await add_product(self.store, Product("his", "HIS", "v", ("2.1",)))
        rules = [StandardRule(Rule(f"{each}|1.0", "Observation"), "5.1") for each in (LABS, VISITS)]
        published = RuleSet("cn.labs", "1.0", "0" * 64, "s", "e", tuple(rules))
        await self.store.commit(
            lambda tx: write_rules(tx, [published], START, self.kit.new_id, by="n", reason="published")
        )
        self._people = {"root": root}

    def id(self, name: str) -> str:
        """Of somebody who has asked for something."""
        return self._people[name].id

    async def again(self, name: str) -> None:
        """Log in once more, for sessions end."""
        self._people[name] = await self.office.logged_in(self._people[name].login)

    async def member(self, institution: str, role: str = "") -> str:
        """Somebody who belongs to an institution, and has no role, or one of GRANTS."""
        name = role or f"of-{institution}"
        who = await self.somebody(name)
        await self.office.done("changePerson", {"organisation": institution}, self._people["root"], id=who.id)
        await self.again(name)
        return name

    async def somebody(self, name: str) -> Somebody:
        """Hired when they are first needed, since passwords take their time."""
        if name not in self._people:
            hired = self.office.hired(self._people["root"], name.replace("_", "-"), *GRANTS.get(name, ()))
            self._people[name] = await hired
        return self._people[name]

    async def ask(self, operation: str, body: Any = None, by: str = "", **more: Any) -> httpx.Response:
        token = (await self.somebody(by)).token if by else ""
        return await self.client.ask(operation, body, token=token, **more)

    async def done(self, operation: str, body: Any = None, by: str = "", **more: Any) -> Any:
        answer = await self.ask(operation, body, by, **more)
        assert answer.is_success, answer.text
        return answer.json()

    async def evidence(self) -> list[dict[str, Any]]:
        return [dict(entry) async for _, entry in self.store.log("evidence")]
