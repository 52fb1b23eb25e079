from __future__ import annotations

import pytest

from tests.contract.conftest import STORES
from tests.registry.scores.appeals.world import World


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def store(request, tmp_path):
    async with STORES[getattr(request, "param", "memory")](tmp_path) as opened:
        yield opened


@pytest.fixture
async def world(store):
    return await World(store).opened()
