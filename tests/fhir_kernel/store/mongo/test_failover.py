from __future__ import annotations

import asyncio

import pytest

from fhir_kernel.store.base import Transaction
from fhir_kernel.store.mongo.store import MongoStore, open_mongo
from fhir_kernel.store.records import Key
from tests.contract.mongod import WHAT_IS_MISSING, find_mongod, find_primary, replica_set_url, start_replica_set
from tests.contract.world import change

WRITERS = 8


@pytest.mark.skipif(find_mongod() is None, reason=WHAT_IS_MISSING)
def test_no_acknowledged_write_is_lost_with_the_primary_and_writing_goes_on_without_a_restart() -> None:
    servers = start_replica_set(3)
    try:
        asyncio.run(_write_while_the_primary_dies(servers))
    finally:
        for each in servers:
            each.stop()


async def _write_while_the_primary_dies(servers) -> None:
    store = await open_mongo(replica_set_url(servers).replace("/?", "/failover?"))
    acknowledged: list[Key] = []
    killed, enough = asyncio.Event(), asyncio.Event()

    async def write(writer: int) -> None:
        number = after = 0
        while after < 20:
            made = change(f"Basic/{writer}-{number}")

            async def work(transaction: Transaction, made=made) -> None:
                await transaction.write([made])
                await transaction.append("audit", [{"of": str(made.version.key)}])

            began_after = killed.is_set()
            await store.commit(work)
            acknowledged.append(made.version.key)
            number, after = number + 1, after + began_after
            if number == 20:
                enough.set()

    async def kill() -> None:
        await enough.wait()
        (await asyncio.to_thread(find_primary, servers)).kill()
        killed.set()

    try:
        await asyncio.gather(kill(), *(write(each) for each in range(WRITERS)))
        await _expect_each_once(store, acknowledged)
    finally:
        await store.close()


async def _expect_each_once(store: MongoStore, acknowledged: list[Key]) -> None:
    assert set(await store.read_many(acknowledged)) == set(acknowledged)
    assert sorted([entry["of"] async for _, entry in store.log("audit")]) == sorted(map(str, acknowledged))
