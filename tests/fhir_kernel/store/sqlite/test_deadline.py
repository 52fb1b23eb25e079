"""A search that takes too long is ended, and neither the event loop nor the next search suffers from it."""

from __future__ import annotations

import asyncio
import time

import pytest

from fhir_kernel.errors import LimitExceeded
from fhir_kernel.store.criteria import All, Match, Not, Query, SortKey, StringTest
from fhir_kernel.store.records import Key
from fhir_kernel.store.sqlite import SqliteStore
from fhir_kernel.store.values import StringValue
from tests.contract.world import change, put

ENDLESS = "WITH RECURSIVE each (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM each) SELECT max(n) FROM each"
pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def store(tmp_path):
    opened = SqliteStore(tmp_path / "records.sqlite", readers=1, query_seconds=0.2)
    yield opened
    await opened.close()


def endless(reader):
    return reader.connection.execute(ENDLESS).fetchone()


def twice(reader):
    """As a search does that tries another way where one takes too long."""
    try:
        return endless(reader)
    except Exception:
        return endless(reader)


async def seconds_of(work):
    began = time.monotonic()
    with pytest.raises(LimitExceeded, match=r"longer than the 0\.2 seconds"):
        await work
    return time.monotonic() - began


@pytest.mark.parametrize("ask", [endless, twice])
async def test_it_is_interrupted_in_time_and_the_next_search_is_answered(store, ask):
    assert 0.2 <= await seconds_of(store._pool.run(ask)) < 2
    assert (await store.search(Query(("Patient",)))).keys == []


async def test_the_event_loop_goes_on_meanwhile(store):
    asked, turns = asyncio.create_task(seconds_of(store._pool.run(endless))), 0
    while not asked.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns >= 10


async def test_the_time_that_a_search_waits_for_another_does_not_count(store):
    first = asyncio.create_task(seconds_of(store._pool.run(endless)))
    await asyncio.sleep(0)
    assert await store.count("Patient", All()) == 0
    await first


async def test_a_search_that_nobody_waits_for_is_ended(tmp_path):
    store = SqliteStore(tmp_path / "records.sqlite", readers=1, query_seconds=60)
    asked = asyncio.create_task(store._pool.run(twice))
    late = asyncio.create_task(store._pool.run(twice))
    await asyncio.sleep(0.1)
    asked.cancel()
    late.cancel()
    assert await asyncio.wait_for(store.count("Patient", All()), 2) == 0
    await store.close()


async def test_many_searches_one_after_the_other_are_not_disturbed(store):
    for _ in range(2_000):
        await store.count("Patient", All())


# on the thread that writes


LONG = Query(("Basic",), Not(Match("s", (StringTest("contains", "zz"),))), sort=(SortKey("s"),), total=True)


@pytest.fixture
async def hasty(tmp_path):
    """A store in which no search that looks at many resources comes to its end."""
    opened = SqliteStore(tmp_path / "records.sqlite", query_seconds=1e-6)
    await put(opened, *(change(f"Basic/{each}", s=StringValue(f"a{each}", "")) for each in range(2_000)))
    yield opened
    await opened.close()


async def test_a_search_within_work_ends_in_time_and_undoes_that_work_alone(hasty):
    async def searching(transaction):
        await transaction.write([change("Basic/undone")])
        return await transaction.search(LONG)

    async def writing(transaction):
        await transaction.write([change("Basic/new")])

    ended, done = await asyncio.gather(hasty.commit(searching), hasty.commit(writing), return_exceptions=True)
    assert isinstance(ended, LimitExceeded)
    assert str(ended) == "a search takes longer than the 1e-06 seconds that it may; ask for less at a time"
    assert done is None
    assert await hasty.read(Key("Basic", "new")) is not None
    assert await hasty.read(Key("Basic", "undone")) is None


async def test_work_may_go_on_after_a_search_that_took_too_long_and_writes_take_their_time(hasty):
    async def work(transaction):
        with pytest.raises(LimitExceeded):
            await transaction.search(LONG)
        await transaction.write([change(f"Basic/new{each}") for each in range(2_000)])

    await hasty.commit(work)
    assert await hasty.read(Key("Basic", "new1999")) is not None


@pytest.mark.parametrize("many", [1, 100, 1_000_000])
async def test_a_search_within_work_that_has_time_enough_finds_what_others_find(tmp_path, many):
    store = SqliteStore(tmp_path / "records.sqlite", many=many)
    await put(store, *(change(f"Basic/{each}", s=StringValue(f"a{each}", "")) for each in range(300)))
    found = await store.commit(lambda transaction: transaction.search(LONG))
    assert found == await store.search(LONG)
    assert found.total == 300
    await store.close()
