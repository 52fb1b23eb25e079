from __future__ import annotations

import asyncio

import pytest
from pymongo import MongoClient

from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.mongo.store import open_mongo
from tests.contract.mongod import WHAT_IS_MISSING, find_mongod, start_server

needs_mongod = pytest.mark.skipif(find_mongod() is None, reason=WHAT_IS_MISSING)


async def _open_and_close(url: str, patience: float = 60.0) -> None:
    store = await open_mongo(url, patience=patience)
    await store.close()


@needs_mongod
@pytest.mark.parametrize("replica_set", [False, True], ids=["alone", "not initiated"])
def test_a_server_without_a_replica_set_is_refused_and_the_message_says_how_to_make_one(replica_set: bool) -> None:
    server = start_server(replica_set=replica_set)
    try:
        with pytest.raises(StoreUnavailable, match=r"rs\.initiate\(\)"):
            asyncio.run(_open_and_close(f"mongodb://{server.address}/", patience=2.0))
    finally:
        server.kill()


def test_where_no_server_answers_the_message_names_the_address() -> None:
    with pytest.raises(StoreUnavailable, match=r"does not answer.*127\.0\.0\.1:1"):
        asyncio.run(_open_and_close("mongodb://127.0.0.1:1/", patience=0.2))


@pytest.mark.parametrize("url", ["mongodb://", "http://127.0.0.1", "mongodb://host/?w=nonsense&retryWrites=7"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(StoreUnavailable):
        asyncio.run(_open_and_close(url, patience=0.2))


def test_a_database_with_a_newer_layout_is_refused(database_url: str) -> None:
    asyncio.run(_open_and_close(database_url))
    with MongoClient[dict[str, object]](database_url) as client:
        client.get_default_database().schema.update_one({"_id": "layout"}, {"$set": {"version": 99}})
    with pytest.raises(StoreUnavailable, match="layout 99"):
        asyncio.run(_open_and_close(database_url))


def test_a_database_may_be_opened_by_many_at_once_and_again(database_url: str) -> None:
    async def many() -> None:
        await asyncio.gather(*(_open_and_close(database_url) for _ in range(6)))
        await _open_and_close(database_url)

    asyncio.run(many())
