"""A small world to search: resources in a store in memory, found by FHIR's own search parameters."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.store.criteria import TokenTest
from fhir_kernel.store.memory import MemoryStore
from fhir_kernel.store.records import Change, Key, Version
from fhir_server.search.context import CodeQuestion, SearchContext
from fhir_server.search.index import SearchIndex
from fhir_server.search.parse import ParsedSearch, parse_search, understand_search

BASE = "http://example.org/fhir"
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)


@cache
def index() -> SearchIndex:
    return SearchIndex(open_core(), bases=(BASE,))


class ListedCodes:
    """Code sets that are written down; what was asked is remembered."""

    def __init__(self, sets: Mapping[str, Sequence[TokenTest]] | None = None) -> None:
        self.sets = sets or {}
        self.asked: list[CodeQuestion] = []

    async def tests(self, question, store):
        self.asked.append(question)
        return self.sets[question.text]


def version_of(resource: dict[str, Any], number: int = 1, updated: datetime = NOW) -> Version:
    key = Key(resource["resourceType"], resource["id"])
    return Version(key, number, updated, "PUT", write_json(resource))


async def store_of(*resources: dict[str, Any], by: SearchIndex | None = None) -> MemoryStore:
    store, made_by = MemoryStore(), by or index()
    changes = [
        Change(version_of(each, updated=NOW + timedelta(seconds=place)), made_by.values(each))
        for place, each in enumerate(resources)
    ]
    await store.commit(lambda transaction: transaction.write(changes))
    return store


def parsed(query: str, types: str | Sequence[str] = "Patient", **context: Any) -> ParsedSearch:
    """`query` as it is written, without percent-encoding."""
    pairs = [(name, text) for name, _, text in (each.partition("=") for each in query.split("&"))]
    return parse_search(index(), [types] if isinstance(types, str) else types, pairs, SearchContext(NOW, **context))


def found(
    resources: Sequence[dict[str, Any]], query: str, types: str | Sequence[str] = "Patient", codes=None
) -> list[str]:
    """The ids of what a query finds, in order."""

    async def run() -> list[str]:
        store = await store_of(*resources)
        names = [types] if isinstance(types, str) else types
        pairs = [(name, text) for name, _, text in (each.partition("=") for each in query.split("&"))]
        asked = await understand_search(index(), names, pairs, SearchContext(NOW), codes or ListedCodes(), store)
        return [key.id for key in (await store.search(asked.query)).keys]

    return asyncio.run(run())


def patient(identity: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": identity, **more}


def observation(identity: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": identity, "status": "final", "code": {"text": "x"}, **more}
