"""Each test runs on a store in memory; what is kept in one commit with its evidence, on all that can be had."""

from __future__ import annotations

import pytest

from tests.contract.conftest import STORES
from tests.registry.scores.inputs.world import Inputs


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def store(request, tmp_path):
    async with STORES[getattr(request, "param", "memory")](tmp_path) as opened:
        yield opened


@pytest.fixture
async def inputs(store, tmp_path):
    made = Inputs(store, tmp_path)
    await made.opened()
    return made
