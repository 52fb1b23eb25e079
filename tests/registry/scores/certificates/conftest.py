from __future__ import annotations

import pytest

from tests.contract.conftest import STORES
from tests.registry.scores.certificates.world import Certifying


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def store(request, tmp_path):
    async with STORES[getattr(request, "param", "memory")](tmp_path) as opened:
        yield opened


@pytest.fixture
async def office(store, tmp_path):
    made = Certifying(store, tmp_path)
    await made.opened()
    return made
