from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from fhir_kernel.store.memory import MemoryStore
from registry.scores.counting.reading import institutions_with_tallies
from registry.scores.counting.upkeep import keep_caught_up
from tests.registry.scores.counting.world import LABS, ZONE, entry, keep_list, send

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@asynccontextmanager
async def kept(store):
    task = asyncio.create_task(keep_caught_up(store, ZONE, 0.001, lambda: datetime(2026, 12, 1, tzinfo=UTC)))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(holds):
    for _ in range(1000):
        if await holds():
            return
        await asyncio.sleep(0.002)
    raise AssertionError("it never came to be")


async def test_what_goes_wrong_is_told_and_tried_again_and_days_are_closed(caplog):
    store = MemoryStore()
    await send(store, entry())

    async def told():
        return f"the rule list {LABS}" in caplog.text

    async def counted_and_closed():
        return await institutions_with_tallies(store) and not await store.listed("score-patient")

    with caplog.at_level(logging.WARNING, "plumbline.scores"):
        async with kept(store):
            await until(told)
            await keep_list(store, LABS)
            await until(counted_and_closed)
