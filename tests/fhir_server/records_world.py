"""A server that keeps resources: in memory, with the real search index, a clock that is told, and ids that count."""

from __future__ import annotations

import functools
import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from conformance.enforcement import Enforcement
from conformance.enforcement_policy import EnforcementPolicy
from fhir_kernel.definitions.catalog import Catalog, open_core
from fhir_kernel.settings import Settings
from fhir_kernel.store.memory import MemoryStore
from fhir_server.app import Holdings, Surroundings, build_app
from fhir_server.interactions.capabilities import Software
from fhir_server.jobs import JobLimits
from fhir_server.middleware import guarded
from fhir_server.search.index import SearchIndex
from plumbline.wiring import assemble_validator
from tests.fhir_server.world import OPERATIONS, Server, SmallTerminology

PATIENT = {"resourceType": "Patient", "name": [{"family": "李", "given": ["明"]}], "gender": "female"}


@functools.cache
def core() -> Catalog:
    return open_core()


@functools.cache
def search_index() -> SearchIndex:
    return SearchIndex(core())


@functools.cache
def judge() -> Enforcement:
    return Enforcement(assemble_validator(core()), core().model, EnforcementPolicy())


class NoCodes:
    async def tests(self, _question, _store):
        return ()


@dataclass
class Time:
    """A clock that goes on by a second whenever it is looked at."""

    now: datetime = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    stands: bool = field(default=False)

    def __call__(self) -> datetime:
        if not self.stands:
            self.now += timedelta(seconds=1)
        return self.now


class Records(Server):
    """The whole application over a store in memory."""

    def __init__(
        self,
        *,
        judging: bool = False,
        store: Any = None,
        gate: Any = None,
        jobs: JobLimits | None = None,
        **settings: Any,
    ) -> None:
        self.terminology = SmallTerminology()
        self.store = store or MemoryStore()
        self.time = Time()
        self.log = []
        numbers = itertools.count(1)
        around = Surroundings(
            Software("Plumbline", "0.1.0", "2024-01-01"),
            clock=self.time,
            new_id=lambda: f"new-{next(numbers)}",
            now=lambda: 0.0,
        )
        holdings = Holdings(
            self.store,
            search_index(),
            core().structure,
            NoCodes(),
            b"a key of at least sixteen bytes",
            judge=judge() if judging else None,
            gate=gate,
            jobs=jobs or JobLimits(),
        )
        self.fhir = build_app(self.terminology, OPERATIONS, Settings(**settings), around, holdings)

        async def mounted(scope, receive, send):
            await self.fhir({**scope, "root_path": "/fhir"}, receive, send)

        self._app = guarded(mounted, new_id=lambda: "request", log=self.log.append, now=lambda: 0.0)

    def put(self, path: str, resource: Any, **headers: str) -> httpx.Response:
        return self._with_body("PUT", path, resource, headers)

    def create(self, resource: Any, **headers: str) -> httpx.Response:
        return self._with_body("POST", resource["resourceType"], resource, headers)

    def patch(self, path: str, body: Any, content_type: str = "application/json-patch+json", **headers: str):
        return self._with_body("PATCH", path, body, {"content_type": content_type, **headers})

    def delete(self, path: str, **headers: str) -> httpx.Response:
        return self.send("DELETE", path, headers=named(headers))

    def _with_body(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        given = {"content-type": "application/fhir+json", **named(headers)}
        return self.send(method, path, content=content, headers=given)


def named(headers: dict[str, str]) -> dict[str, str]:
    """Headers by the names that Python allows: `if_match` for If-Match."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def identified(value: str, **more: Any) -> dict[str, Any]:
    return {**PATIENT, "identifier": [{"system": "http://example.org/mrn", "value": value}], **more}


BY_IDENTIFIER = "identifier=http://example.org/mrn|"
