from __future__ import annotations

import pytest

from fhir_kernel.store.sqlite import SqliteStore


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store.db"


@pytest.fixture
async def store(path):
    opened = SqliteStore(path)
    yield opened
    await opened.close()
