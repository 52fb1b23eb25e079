"""A small store with its search index and repository, and a short way to invoke operations on it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conformance.evidence import Sender
from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.fhirpath import Engine, Limits
from fhir_kernel.store.memory import MemoryStore
from fhir_kernel.store.records import Key
from fhir_server.intents import Intent
from fhir_server.operations.amend import amending
from fhir_server.operations.operation import Call, OperationContext, OperationLimits
from fhir_server.operations.table import OPERATIONS
from fhir_server.outcomes import RequestRefused
from fhir_server.parameters import from_query, from_resource
from fhir_server.planning import Planner
from fhir_server.repository import Repository
from fhir_server.search.index import SearchIndex

BASE = "http://example.org/fhir"


@dataclass(slots=True)
class Ticking:
    """A clock that goes on by a second whenever it is asked."""

    now: datetime = datetime(2024, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass(slots=True)
class Server:
    """Operations on a store in memory."""

    index: SearchIndex
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: Ticking = field(default_factory=Ticking)
    limits: OperationLimits = field(default_factory=OperationLimits)

    @property
    def repository(self) -> Repository:
        return Repository(self.store, Planner(self.index.values, None, self.index.model, self.clock), self.clock)

    def put(self, *resources: dict[str, Any]) -> None:
        """Keep resources, each in a write of its own."""
        for each in resources:
            intent = Intent("PUT", each["resourceType"], each["id"], resource=each)
            asyncio.run(self.repository.write((intent,), Sender()))

    def delete(self, type_: str, id_: str) -> None:
        asyncio.run(self.repository.write((Intent("DELETE", type_, id_),), Sender()))

    def context(self) -> OperationContext:
        engine = Engine(self.index.model, limits=Limits(max_steps=20_000, max_seconds=2))
        return OperationContext(self.store, self.index, engine, self.clock, amending(self.repository), self.limits)

    def get(self, path: str, query: Iterable[tuple[str, str]] | Mapping[str, str] = ()) -> dict[str, Any]:
        """What an operation answers to parameters in a query: `get("Patient/1/$meta")`."""
        pairs = tuple(query.items() if isinstance(query, Mapping) else query)
        operation, call = self._found(path)
        return self._run(operation, replace(call, parameters=from_query(pairs, operation.parameters)))

    def post(self, path: str, *rows: dict[str, Any]) -> dict[str, Any]:
        """What an operation answers to Parameters."""
        operation, call = self._found(path)
        sent = {"resourceType": "Parameters", "parameter": list(rows)}
        return self._run(operation, replace(call, parameters=from_resource(sent, operation.parameters)))

    def refused(self, path: str, *rows: dict[str, Any], **query: str) -> RequestRefused:
        """The refusal that an operation meets."""
        pairs = {f"_{name}" if name in _UNDERSCORED else name: each for name, each in query.items()}
        with pytest.raises(RequestRefused) as caught:
            self.post(path, *rows) if rows else self.get(path, pairs)
        return caught.value

    def version(self, type_: str, id_: str) -> int:
        found = asyncio.run(self.store.read(Key(type_, id_)))
        assert found is not None
        return found.number

    def _run(self, operation: Any, call: Call) -> dict[str, Any]:
        return asyncio.run(operation.handler(self.context(), call))

    def _found(self, path: str) -> tuple[Any, Call]:
        *place, name = path.split("/")
        type_, id_ = (*place, "", "")[:2]
        level = "instance" if id_ else "type" if type_ else "system"
        (operation,) = (
            each
            for each in OPERATIONS
            if each.name == name[1:] and level in each.at and (not each.types or type_ in each.types)
        )
        return operation, Call((), type_, id_, BASE)


_UNDERSCORED = frozenset(("since", "type", "count", "page"))


@pytest.fixture(scope="session")
def index() -> SearchIndex:
    return SearchIndex(open_core())


@pytest.fixture
def server(index: SearchIndex) -> Server:
    return Server(index)
