"""The registry's API on each store that can be had here."""

from __future__ import annotations

import pytest

from tests.contract.conftest import STORES
from tests.registry.api.world import Registry


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(params=["memory", "sqlite"])
async def store(request, tmp_path):
    async with STORES[request.param](tmp_path) as opened:
        yield opened


@pytest.fixture
async def registry(store, tmp_path):
    made = Registry(store, tmp_path)
    await made.opened()
    return made
