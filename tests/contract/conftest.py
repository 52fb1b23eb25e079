"""One suite for every store: each test runs on each of STORES that can be had here."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from fhir_kernel.store.base import Store


@asynccontextmanager
async def memory(_: Path) -> AsyncIterator[Store]:
    from fhir_kernel.store.memory import MemoryStore

    yield MemoryStore()


@asynccontextmanager
async def sqlite(folder: Path, many: int = 1_000_000) -> AsyncIterator[Store]:
    from fhir_kernel.store.sqlite import SqliteStore

    store = SqliteStore(folder / f"{uuid4().hex}.db", many=many)
    try:
        yield store
    finally:
        await store.close()


def sqlite_in_order(folder: Path) -> AbstractAsyncContextManager[Store]:
    """As if there were very many resources: pages are filled by going through them in order."""
    return sqlite(folder, many=1)


@asynccontextmanager
async def mongodb(folder: Path, few: int = 1_000) -> AsyncIterator[Store]:
    pytest.importorskip("pymongo")
    from pymongo import AsyncMongoClient

    from fhir_kernel.store.mongo.store import open_mongo
    from tests.contract.mongod import WHAT_IS_MISSING, shared_url

    # A folder that all workers of a run share.
    shared = folder.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else folder.parent
    url, name = shared_url(shared), f"test_{uuid4().hex}"
    if url is None:
        pytest.skip(WHAT_IS_MISSING)
    start, _, options = url.partition("/?")
    store = await open_mongo(f"{start}/{name}?{options}", few=few)
    try:
        yield store
    finally:
        await store.close()
        async with AsyncMongoClient(url) as client:
            await client.drop_database(name)


def mongodb_in_order(folder: Path) -> AbstractAsyncContextManager[Store]:
    """As if there were very many resources: chains are checked, and no condition finds few."""
    return mongodb(folder, few=0)


STORES: Mapping[str, Callable[[Path], AbstractAsyncContextManager[Store]]] = {
    "memory": memory,
    "sqlite": sqlite,
    "sqlite in order": sqlite_in_order,
    "mongodb": mongodb,
    "mongodb in order": mongodb_in_order,
}


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(params=STORES)
async def store(request, tmp_path):
    async with STORES[request.param](tmp_path) as opened:
        yield opened
