from __future__ import annotations

import asyncio
import sqlite3
import stat
from contextlib import closing

import pytest

from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.criteria import All, Match, TokenTest
from fhir_kernel.store.sqlite import SqliteStore
from fhir_kernel.store.sqlite.backup import back_up
from tests.contract.world import change, code, found, put

pytestmark = pytest.mark.anyio


async def test_a_backup_is_a_store_as_of_one_commit_while_others_write(store, path, tmp_path):
    stages = []
    for at in range(20):
        await put(store, change(f"Patient/a{at}", pair=code("x")), change(f"Patient/b{at}", pair=code("x")))
    writing = asyncio.create_task(_write(store))
    await asyncio.to_thread(back_up, path, tmp_path / "backup.db", lambda *each: stages.append(each))
    await writing
    assert (stages[0][0], stages[-1]) == ("copy", ("check", 0, None))
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


async def test_a_copy_in_many_steps_is_of_the_commit_at_which_it_began(store, path, tmp_path):
    """Another process writes between the steps, to which the copy neither gives way nor begins anew."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE filler (body BLOB)")
        other.execute("INSERT INTO filler VALUES (zeroblob(40000000))")
        steps = []

        def disturb(stage, done, _total):
            if stage == "copy":
                steps.append(done)
                other.execute("INSERT INTO filler VALUES ('late')")

        back_up(path, tmp_path / "backup.db", disturb)
    assert len(steps) > 2
    assert steps == sorted(set(steps))
    with closing(sqlite3.connect(tmp_path / "backup.db")) as copy:
        assert copy.execute("SELECT count(*) FROM filler").fetchone() == (1,)


async def test_a_backup_replaces_nothing_and_leaves_nothing_half_done(store, path, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(StoreUnavailable, match="taken: there is a file already"):
        back_up(path, taken)
    with pytest.raises(StoreUnavailable, match=r"nowhere.*cannot be written: No such file or directory"):
        back_up(path, tmp_path / "nowhere" / "backup.db")
    assert taken.read_text() == "mine"
    assert not list(tmp_path.glob("*.part"))


async def test_two_backups_to_one_file_do_not_mix(store, path, tmp_path):
    (tmp_path / "backup.db.part").write_text("of another")
    with pytest.raises(StoreUnavailable, match=r"backup\.db\.part: another backup is under way, or was interrupted"):
        back_up(path, tmp_path / "backup.db")
    assert (tmp_path / "backup.db.part").read_text() == "of another"


async def test_a_backup_can_be_read_by_those_only_who_can_read_the_file(store, path, tmp_path):
    path.chmod(0o600)
    back_up(path, tmp_path / "backup.db")
    assert stat.S_IMODE((tmp_path / "backup.db").stat().st_mode) == 0o600


async def test_what_is_no_store_of_ours_is_not_backed_up_and_nothing_is_made_of_it(tmp_path):
    with pytest.raises(StoreUnavailable, match="there is no such file"):
        back_up(tmp_path / "missing.db", tmp_path / "backup.db")
    assert not list(tmp_path.iterdir())
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE mine (x)")
        other.commit()
    with pytest.raises(StoreUnavailable, match="made by another program"):
        back_up(tmp_path / "other.db", tmp_path / "backup.db")


async def test_a_damaged_file_makes_no_backup(store, path, tmp_path):
    for at in range(300):
        await put(store, change(f"Patient/a{at}", pair=code("x")))
    await store.close()
    content = bytearray(path.read_bytes())
    for page in range(12, 40):
        content[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="damaged"):
        back_up(path, tmp_path / "backup.db")
    assert not list(tmp_path.glob("backup*"))


async def test_a_backup_carries_content(store, path, tmp_path):
    content = bytes(range(256)) * 10_000
    digest = await store.keep(content)
    await asyncio.to_thread(back_up, path, tmp_path / "backup.db")
    copy = SqliteStore(tmp_path / "backup.db")
    assert await copy.kept(digest) == content
    await copy.close()
