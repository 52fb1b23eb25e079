"""A search that takes too long is ended, and neither the event loop nor the next search suffers from it."""

from __future__ import annotations

import asyncio
import time

import pytest

from fhir_kernel.errors import LimitExceeded
from fhir_kernel.store.criteria import All, Query
from fhir_kernel.store.sqlite import SqliteStore

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
