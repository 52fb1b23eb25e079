from __future__ import annotations

import pytest

from fhir_kernel.store.sqlite import SqliteStore
from tests.registry.scores.practice.world import PracticeGround


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def ground(tmp_path):
    store = SqliteStore(tmp_path / "store.db")
    made = PracticeGround(store, tmp_path)
    await made.opened()
    yield made
    await store.close()
