"""A service with one institution, one vendor and one client, whose clocks go on when they are told to."""

from __future__ import annotations

import asyncio
import base64
import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fhir_kernel.settings import Settings
from fhir_kernel.store.memory import MemoryStore
from fhir_server.identity.assembly import Identity, assemble_identity
from fhir_server.identity.organisations import Client, Organisation, Product
from fhir_server.identity.register import add_client, add_organisation, add_product
from fhir_server.identity.secrets import SecretHasher
from fhir_server.identity.token_endpoint import TokenAnswer

START = datetime(2025, 3, 1, 8, tzinfo=UTC)
SECRET = "a-secret-that-is-made-up-for-tests"
FORM = "application/x-www-form-urlencoded"


class Time:
    """Both the time of day and the seconds that never go back."""

    def __init__(self) -> None:
        self.passed = 0.0

    def clock(self) -> datetime:
        return START + timedelta(seconds=self.passed)

    def now(self) -> float:
        return self.passed


class Service:
    """Everything by which a server knows who asks, over a store in memory."""

    def __init__(self, folder: Path, ids: str = "id", **settings: Any) -> None:
        self.ids = ids
        self.time, self.store = Time(), MemoryStore()
        self.settings = Settings(key_folder=folder / "keys", **settings)
        self.run(self._register())
        self.identity = self.started()

    def started(self) -> Identity:
        ids = (f"{self.ids}-{number}" for number in itertools.count(1))
        return self.run(
            assemble_identity(
                self.store,
                self.settings,
                clock=self.time.clock,
                new_id=lambda: next(ids),
                now=self.time.now,
            )
        )

    async def _register(self) -> None:
        await add_organisation(self.store, Organisation("hospital-1", "第一人民医院", "institution"))
        await add_organisation(self.store, Organisation("vendor-1", "软件公司", "vendor"))
        await add_product(self.store, Product("his", "HIS", "vendor-1", ("3.1",)))
        scopes = "system/Patient.cruds system/Observation.rs"
        client = Client("c-1", "HIS of the hospital", "hospital-1", scopes, _hashed(), START, "his", "3.1")
        await add_client(self.store, client)

    def run(self, work: Any) -> Any:
        return asyncio.run(work)

    def ask(self, headers: Mapping[str, str] | None = None, **form: str) -> TokenAnswer:
        return self.ask_raw({"content-type": FORM, **(headers or {})}, urlencode(form).encode())

    def ask_raw(self, headers: Mapping[str, str], body: bytes) -> TokenAnswer:
        return self.run(self.identity.endpoints.token.answer(headers, body))

    def token(self, **more: str) -> str:
        answer = self.ask(basic("c-1", SECRET), grant_type="client_credentials", **more)
        assert answer.status == 200, answer.payload
        return answer.payload["access_token"]

    def caller(self, token: str) -> Any:
        return self.run(self.identity.authenticator.caller({"authorization": f"Bearer {token}"}))

    def trail(self) -> list[dict[str, Any]]:
        async def entries() -> list[dict[str, Any]]:
            return [dict(entry) async for _, entry in self.store.log("audit")]

        return self.run(entries())


@cache
def _hashed() -> str:
    return SecretHasher().hash(SECRET)


def basic(client: str, secret: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}
