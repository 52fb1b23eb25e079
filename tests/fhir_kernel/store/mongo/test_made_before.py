"""Resources that an earlier release has written do not say when they were made."""

from __future__ import annotations

import pytest
from pymongo import MongoClient

from fhir_kernel.store.criteria import All
from fhir_kernel.store.mongo.store import open_mongo
from tests.contract.world import change, found, later, put

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def test_it_was_made_when_it_was_last_written_at_the_latest(database_url):
    store = await open_mongo(database_url)
    await put(store, change("Patient/1", at=1), change("Patient/2", at=1))
    with MongoClient(database_url) as client:
        client.get_default_database().resources.update_many({}, {"$unset": {"e": ""}})
    await put(store, change("Patient/1", 2, at=5))
    await put(store, change("Patient/1", 3, at=6))
    assert await found(store, "Patient", All(), as_of=later(4)) == ["1", "2"]
    assert await found(store, "Patient", All(), as_of=later(0)) == []
    await store.close()
