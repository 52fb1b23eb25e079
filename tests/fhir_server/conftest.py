"""What the tests of the server share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from fhir_kernel.store.sqlite import SqliteStore
from tests.fhir_server.records_world import Records
from tests.fhir_server.world import Server


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture(params=["memory", "sqlite"])
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    if request.param == "memory":
        yield Records()
        return
    store = SqliteStore(tmp_path / "store.sqlite")
    yield Records(store=store)
    asyncio.run(store.close())
