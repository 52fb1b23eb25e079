"""A bureau with a published edition whose records come in."""

from __future__ import annotations

import pytest

from tests.contract.conftest import STORES
from tests.registry.publication.bureau import Bureau


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def store(request, tmp_path):
    async with STORES[getattr(request, "param", "memory")](tmp_path) as opened:
        yield opened


@pytest.fixture
async def bureau(store, tmp_path):
    made = Bureau(store, tmp_path)
    await made.opened()
    return made
