from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.criteria import All, Match, TokenTest
from fhir_kernel.store.sqlite import SqliteStore
from tests.contract.world import change, code, found, put

pytestmark = pytest.mark.anyio


async def test_a_backup_is_a_store_as_of_one_commit_while_others_write(store, tmp_path):
    for at in range(20):
        await put(store, change(f"Patient/a{at}", pair=code("x")), change(f"Patient/b{at}", pair=code("x")))
    writing = asyncio.create_task(_write(store))
    await store.backup(tmp_path / "backup.db")
    await writing
    copy = SqliteStore(tmp_path / "backup.db")
    ids = await found(copy, "Patient", Match("pair", (TokenTest(None, "x"),)), count=1000)
    assert ids == await found(copy, "Patient", All(), count=1000)
    assert {id_[1:] for id_ in ids if id_[0] == "a"} == {id_[1:] for id_ in ids if id_[0] == "b"}
    assert len(ids) >= 40
    await put(copy, change("Patient/new"))
    with closing(sqlite3.connect(tmp_path / "backup.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    await copy.close()


async def _write(store):
    for at in range(20, 60):
        await put(store, change(f"Patient/a{at}", pair=code("x")), change(f"Patient/b{at}", pair=code("x")))


async def test_a_backup_replaces_nothing_and_leaves_nothing_half_done(store, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(StoreUnavailable, match="taken"):
        await store.backup(taken)
    with pytest.raises(StoreUnavailable, match="nowhere"):
        await store.backup(tmp_path / "nowhere" / "backup.db")
    assert taken.read_text() == "mine"
    assert not list(tmp_path.glob("*.part"))
