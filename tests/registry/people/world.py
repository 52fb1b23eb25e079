"""People who work on standards, over a real store, with a clock that goes on when it is told to."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from fhir_kernel.settings import Settings
from fhir_kernel.store.base import Store
from fhir_server.identity.audit import Auditor
from fhir_server.identity.organisations import Organisation
from fhir_server.identity.register import add_organisation
from fhir_server.identity.secrets import SecretHasher
from registry.http.api import build_api
from registry.people.assembly import assemble_people
from registry.people.first_administrator import create_administrator
from registry.people.routes import people_routes
from tests.registry.http.client import Client

START = datetime(2026, 3, 2, 1, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
OPEN = Settings(public_reads=10_000, public_logins=10_000, login_attempts=10_000)
EVERYTHING = {"kind": "everything"}
SHANGHAI, NATION = {"kind": "jurisdiction", "code": "310000"}, {"kind": "jurisdiction", "code": ""}
QUICK = SecretHasher(memory_kib=8, passes=1)
"""The same algorithm at the least cost: a dozen people log in before most tests."""


class Time:
    """The time of day and the seconds that never go back, from one number."""

    def __init__(self) -> None:
        self.passed = 0.0

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def now(self) -> float:
        return self.passed

    def go_on(self, **by: float) -> None:
        self.passed += timedelta(**by).total_seconds()


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person who is logged in."""

    id: str
    login: str
    token: str = field(repr=False)


class Office:
    """The registry of people behind its routes."""

    def __init__(self, store: Store, settings: Settings = OPEN) -> None:
        self.time, self.store = Time(), store
        ids = itertools.count(1)
        auditor = Auditor("Plumbline", lambda: f"audit-{next(ids)}")
        clocks = {"clock": self.time.clock, "now": self.time.now}
        self.people = assemble_people(
            store, settings, auditor, new_id=lambda: f"id-{next(ids)}", hasher=QUICK, **clocks
        )
        routes = people_routes(self.people)
        self.app = build_api(routes, self.people.caller_of, self.people.limiter, title="Plumbline", version="1")
        self.client = Client(self.app, routes)

    async def opened(self) -> Somebody:
        """The first administrator, logged in."""
        await add_organisation(self.store, Organisation("office-1", "标准处", "authority"))
        await create_administrator(self.people.kit, QUICK, "root", PASSWORD, name="管理员")
        return await self.logged_in("root")

    async def ask(self, operation: str, body: Any = None, by: Somebody | None = None, **more: Any) -> httpx.Response:
        return await self.client.ask(operation, body, token=by.token if by else "", **more)

    async def done(self, operation: str, body: Any = None, by: Somebody | None = None, **more: Any) -> Any:
        """The JSON of an answer that is no problem."""
        answer = await self.ask(operation, body, by, **more)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def logged_in(self, login: str, password: str = PASSWORD) -> Somebody:
        session = await self.done("logIn", {"login": login, "password": password})
        return Somebody(session["person"]["id"], login, session["token"])

    async def hired(self, by: Somebody, login: str, *grants: tuple[str, dict[str, str]]) -> Somebody:
        """Somebody who was invited, has chosen a password, was given roles, and is logged in."""
        invited = await self.done("invitePerson", {"login": login, "name": login.title()}, by)
        await self.done("setPasswordByLink", {"token": invited["token"], "password": PASSWORD})
        for role, scope in grants:
            await self.granted(by, invited["person"]["id"], role, scope)
        return await self.logged_in(login)

    async def granted(self, by: Somebody, person: str, role: str, scope: dict[str, str], **more: str) -> dict[str, Any]:
        return await self.done("grantRole", {"role": role, "scope": scope, **more}, by, id=person)

    async def trail(self) -> list[dict[str, Any]]:
        return [dict(entry) async for _, entry in self.store.log("audit")]


async def at_once(*asked: Any) -> list[httpx.Response]:
    """The answers to requests that are sent together."""
    return list(await asyncio.gather(*asked))
