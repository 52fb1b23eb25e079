"""Each test of people runs on each store that can be had here."""

from __future__ import annotations

import pytest

from tests.contract.conftest import STORES
from tests.registry.people.world import Office


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(params=["memory", "sqlite", "mongodb"])
async def store(request, tmp_path):
    async with STORES[request.param](tmp_path) as opened:
        yield opened


@pytest.fixture
async def office(store):
    return Office(store)


@pytest.fixture
async def root(office):
    return await office.opened()
