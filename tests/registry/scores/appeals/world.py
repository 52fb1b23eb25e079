"""Two hospitals with scores, those who appeal and those who decide, asked through the routes."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from starlette.requests import Request

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.settings import Settings
from fhir_kernel.store.base import Store
from fhir_kernel.store.records import Key
from fhir_server.identity.audit import Auditor
from fhir_server.planning import Planner
from fhir_server.repository import Repository
from registry.api.assembly import assemble_registry
from registry.http.api import build_api
from registry.people.caller import Caller
from registry.people.grants import Grant
from registry.people.limits import Limiter
from registry.people.person import Person
from registry.people.scope import Scope
from registry.publication.auditing import written_by_people
from registry.scores.appeals.routes import appeals_routes
from registry.scores.appeals.strikes import strikes_in
from registry.scores.running.around import Around
from registry.scores.running.snapshots import KeptSnapshot
from registry.scores.running.taking import take_score
from tests.registry.drafting.making import BENCH, core
from tests.registry.http.client import Client, told
from tests.registry.publication.world import enforcement, index
from tests.registry.scores.running.world import GOOD, LABS, NOW, OCTOBER, WEAK, ZONE, Province, rule_id

BINDING, BASE = rule_id(LABS, "binding"), rule_id(LABS, "base")
FIRST, LAST = "2023-10-01", "2023-10-31"
STRIKE = {"kind": "strike", "rules": [BINDING], "first": FIRST, "last": LAST}
UPHELD = {"outcome": "upheld", "reason": "The table of codes was too old", "effect": STRIKE}
_SINCE = datetime(2023, 1, 1, tzinfo=UTC)
_ALL, _NATION = Scope.everything(), Scope("jurisdiction", "")
_WHO = {
    "east": ("east", ()),
    "west": ("west", ()),
    "vendor": ("vendor-1", ()),
    "nobody": ("", ()),
    "e": ("office", (("E", _NATION),)),
    "m": ("office", (("M", _NATION),)),
    "shanghai": ("office", (("E", Scope("jurisdiction", "31")),)),
    "beijing": ("office", (("E", Scope("jurisdiction", "11")),)),
    "east-e": ("east", (("E", _NATION),)),
    "n": ("office", (("N", _NATION),)),
    "root": ("office", (("administrator", _ALL),)),
}
"""By login: the organisation, and roles."""


class World:
    """Asked by operation, by whoever is named; time goes on when it is told to."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.province = store, NOW, Province(store)
        ids = itertools.count(1)
        new_id = lambda: f"id-{next(ids)}"  # noqa: E731
        self.planner = Planner(index().values, enforcement(), core().model, self.clock)
        audit = written_by_people(Auditor("Plumbline", new_id))
        self.repository = Repository(store, self.planner, self.clock, audit)
        self.around = Around(ZONE, "Plumbline 1", "tables 7", strikes_in)
        self.kit = assemble_registry(store, BENCH, Path(), new_id=new_id).kit
        self.routes = appeals_routes(self.kit, self.repository, self.around)
        limiter = Limiter(Settings(), lambda: 0.0)
        self.client = Client(build_api(self.routes, self._caller, limiter, title="Plumbline", version="1"), self.routes)

    async def opened(self) -> World:
        """East breaks a binding, and West does so too, a little less; the scores of October are taken."""
        await self.province.opened("east", "west")
        await self.province.save("organisations", "vendor-1", _VENDOR)
        await self.province.send("east", labs=WEAK, notes=GOOD)
        await self.province.send("west", labs={"": (40, 0), "binding": (36, 4)}, notes=GOOD)
        await self.scored()
        return self

    async def scored(self) -> KeptSnapshot:
        return (await take_score(self.store, OCTOBER, self.around, self.now)).snapshot

    def clock(self) -> datetime:
        return self.now

    def go_on(self, **by: float) -> None:
        self.now += timedelta(**by)

    def caller(self, who: str) -> Caller:
        organisation, roles = _WHO[who]
        person = Person(who, who, who.title(), _SINCE, organisation, "active")
        grants = [Grant(f"g{at}", who, role, scope, _SINCE, "", _SINCE) for at, (role, scope) in enumerate(roles)]
        return Caller("198.51.100.7", self.now, person, tuple(grants))

    async def _caller(self, request: Request) -> Caller:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return self.caller(token) if token else Caller("198.51.100.7", self.now)

    async def ask(self, operation: str, body: Any = None, by: str = "", **more: Any) -> httpx.Response:
        return await self.client.ask(operation, body, token=by, **more)

    async def done(self, operation: str, body: Any = None, by: str = "", **more: Any) -> Any:
        """The JSON of an answer that is no problem."""
        answer = await self.ask(operation, body, by, **more)
        assert answer.is_success, f"{operation}: {answer.text}"
        return answer.json()

    async def refused(self, operation: str, body: Any = None, by: str = "", **more: Any) -> str:
        """The status and the sentences of a refusal."""
        return told(await self.ask(operation, body, by, **more))

    async def filed(self, by: str = "east", **other: Any) -> str:
        """The id of an appeal."""
        body = {"snapshot": "2023-10-1", "rule": BINDING, "kind": "validator-defect", "text": "The code is in force"}
        return (await self.done("fileAppeal", {**body, **other}, by))["id"]

    async def examined(self, **other: Any) -> str:
        """The id of an appeal that can be decided."""
        id_ = await self.filed(**other)
        for operation in ("acknowledgeAppeal", "examineAppeal"):
            await self.done(operation, {}, "e", id=id_)
        return id_

    async def upheld(self, **other: Any) -> str:
        """The number of an erratum."""
        return (await self.done("decideAppeal", {**UPHELD, **other}, "m", id=await self.examined()))["erratum"]

    async def ordered(self, by: str = "e", **other: Any) -> dict[str, Any]:
        body = {"institution": "east", "rule": BINDING, "reason": "A quarter of the codes is none"}
        made: dict[str, Any] = await self.done("issueOrder", {**body, **other}, by)
        return made

    async def sent(self, first: date, days: int = 1, **judged: Any) -> None:
        """What East sends later on, day by day."""
        await self.province.send("east", first=first, days=days, **judged)

    async def task(self, id_: str) -> dict[str, Any]:
        """The Task of a case, as it is kept."""
        version = await self.store.read(Key("Task", id_))
        assert version is not None
        assert version.body is not None
        return dict(parse_json(version.body))


_VENDOR = {"name": "Vendor", "kind": "vendor", "creditCode": "", "jurisdiction": "", "class": ""}
