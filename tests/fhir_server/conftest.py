"""What the tests of the server share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fhir_kernel.store.base import Store
from fhir_kernel.store.sqlite import SqliteStore
from tests.contract.conftest import mongodb, sqlite
from tests.fhir_server.records_world import Records
from tests.fhir_server.world import Server

KEPT = {"sqlite": sqlite, "mongodb": mongodb}
"""The stores that outlive a process."""


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


@contextmanager
def kept(name: str, folder: Path) -> Iterator[tuple[Store, asyncio.Runner]]:
    """A store of KEPT, and what runs everything that works with it in one loop."""
    with asyncio.Runner() as runner:
        opening = KEPT[name](folder)
        store = runner.run(opening.__aenter__())
        try:
            yield store, runner
        finally:
            runner.run(opening.__aexit__(None, None, None))


@pytest.fixture(params=KEPT)
def judged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Records]:
    """A server that judges what it is sent, on each store that outlives a process."""
    with kept(request.param, tmp_path) as (store, runner):
        records = Records(store=store, judging=True, body_bytes=20_000_000)
        records.run = runner.run
        yield records
