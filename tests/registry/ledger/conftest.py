from __future__ import annotations

import pytest

from tests.contract.conftest import STORES


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(params=["memory", "sqlite", "mongodb"])
async def store(request, tmp_path):
    async with STORES[request.param](tmp_path) as opened:
        yield opened
