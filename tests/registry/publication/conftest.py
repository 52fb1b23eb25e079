"""Each test of publication runs on a store in memory; the commit itself on all stores that can be had here."""

from __future__ import annotations

import pytest

from tests.contract.conftest import STORES
from tests.registry.publication.world import House


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def store(request, tmp_path):
    async with STORES[getattr(request, "param", "memory")](tmp_path) as opened:
        yield opened


@pytest.fixture
def house(store, tmp_path):
    return House(store, tmp_path)
