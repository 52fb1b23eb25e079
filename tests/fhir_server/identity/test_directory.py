from __future__ import annotations

import asyncio

import pytest

from fhir_kernel.errors import StoreUnavailable
from fhir_server.identity.directory import Directory
from tests.fhir_server.identity.service_world import START


class SlowReader:
    """Answers when it is told to, and counts how often it was asked."""

    def __init__(self, error=None):
        self.asked, self.error, self.go = 0, error, asyncio.Event()

    async def load(self, collection, name):
        self.asked += 1
        await self.go.wait()
        if self.error:
            raise self.error
        texts = dict.fromkeys(("name", "organisation", "scopes", "secretHash", "product", "productVersion"), "x")
        return {**texts, "created": START.isoformat(), "status": "active"}


def test_looks_at_the_same_time_are_one_and_a_later_one_is_another():
    async def looks():
        reader = SlowReader()
        directory = Directory(reader, lambda: 0.0)
        together = [asyncio.create_task(directory.client("c")) for _ in range(5)]
        await asyncio.sleep(0)
        reader.go.set()
        found = await asyncio.gather(*together)
        assert reader.asked == 1
        await directory.client("c")
        return found, reader.asked

    found, asked = asyncio.run(looks())
    assert {each.id for each in found} == {"c"}
    assert asked == 2


def test_where_the_one_that_looks_is_given_up_the_others_look_themselves():
    async def looks():
        reader = SlowReader()
        directory = Directory(reader, lambda: 0.0)
        first, *others = [asyncio.create_task(directory.client("c")) for _ in range(4)]
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        reader.go.set()
        found = await asyncio.gather(*others)
        with pytest.raises(asyncio.CancelledError):
            await first
        return found, reader.asked

    found, asked = asyncio.run(looks())
    assert [each.id for each in found] == ["c"] * 3
    assert asked > 1


def test_one_that_stops_waiting_does_not_stop_the_others():
    async def looks():
        reader = SlowReader()
        directory = Directory(reader, lambda: 0.0)
        first, second = [asyncio.create_task(directory.client("c")) for _ in range(2)]
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.sleep(0)
        reader.go.set()
        return await first

    assert asyncio.run(looks()).id == "c"


def test_a_store_that_fails_fails_for_all_who_wait():
    async def looks():
        reader = SlowReader(StoreUnavailable("gone"))
        directory = Directory(reader, lambda: 0.0)
        together = [asyncio.create_task(directory.client("c")) for _ in range(3)]
        await asyncio.sleep(0)
        reader.go.set()
        return await asyncio.gather(*together, return_exceptions=True), reader.asked

    found, asked = asyncio.run(looks())
    assert [type(each) for each in found] == [StoreUnavailable] * 3
    assert asked == 1
