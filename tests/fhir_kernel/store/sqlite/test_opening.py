from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.criteria import Match, TokenTest
from fhir_kernel.store.records import Key
from fhir_kernel.store.sqlite import SqliteStore
from fhir_kernel.store.sqlite.schema import MIGRATIONS
from tests.contract.world import change, code, found, put

pytestmark = pytest.mark.anyio


async def test_what_was_written_is_there_when_the_file_is_opened_again(path):
    for number in (1, 2):
        store = SqliteStore(path)
        await put(store, change("Patient/1", number, gender=code(f"g{number}")))
        await store.close()
    store = SqliteStore(path)
    assert (await store.read(Key("Patient", "1"))).number == 2
    assert await found(store, "Patient", Match("gender", (TokenTest(None, "g2"),))) == ["1"]
    await store.close()


async def test_commits_wait_for_the_disk(path):
    from fhir_kernel.store.sqlite.opening import connect

    await SqliteStore(path).close()
    with closing(connect(path, busy=1)) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_a_newer_file_is_refused_with_both_versions(path):
    await SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 6}")
    with pytest.raises(StoreUnavailable, match=rf"schema version {len(MIGRATIONS) + 6}.* up to {len(MIGRATIONS)}"):
        SqliteStore(path)


async def test_a_database_of_another_program_is_refused_and_left_as_it_is(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine (x)")
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="another program"):
        SqliteStore(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"no database, though it is long enough" * 100, b"SQLite format 3\0" * 500])
async def test_a_file_that_is_no_database_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match=r"store\.db"):
        SqliteStore(path)


async def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StoreUnavailable, match="nowhere"):
        SqliteStore(tmp_path / "nowhere" / "store.db")


async def test_a_damaged_page_is_told_as_such(path):
    store = SqliteStore(path)
    await put(store, *(change(f"Patient/{at}", gender=code("male")) for at in range(400)))
    await store.close()
    content = bytearray(path.read_bytes())
    content[4096 * 3 :] = b"\xff" * (len(content) - 4096 * 3)
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="damaged"):
        await _use(path)


async def _use(path):
    store = SqliteStore(path)
    try:
        await found(store, "Patient", Match("gender", (TokenTest(None, "male"),)))
        await store.read(Key("Patient", "1"))
        await put(store, change("Patient/1", 2))
    finally:
        await store.close()


async def test_a_closed_store_takes_no_more_work(path):
    store = SqliteStore(path)
    await store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        await put(store, change("Patient/1"))
    await store.close()


async def test_work_that_was_handed_in_before_closing_is_finished(path):
    store = SqliteStore(path)
    work = [asyncio.create_task(put(store, change(f"Patient/{at}"))) for at in range(50)]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*work)
    store = SqliteStore(path)
    assert len(await store.history("Patient")) == 50
    await store.close()


async def test_work_that_awaits_anything_else_is_a_mistake_and_is_undone(store):
    async def work(transaction):
        await transaction.write([change("Patient/1")])
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="other than the transaction"):
        await store.commit(work)
    assert await store.read(Key("Patient", "1")) is None


_OPEN = "import asyncio, sys, pathlib; from fhir_kernel.store.sqlite import SqliteStore; "
_OPEN += "asyncio.run(SqliteStore(pathlib.Path(sys.argv[1])).close())"


async def test_several_processes_may_make_the_file_at_once(path):
    starting = [subprocess.Popen([sys.executable, "-c", _OPEN, str(path)]) for _ in range(4)]
    assert [each.wait(timeout=60) for each in starting] == [0, 0, 0, 0]


async def test_two_stores_on_one_file_take_turns_and_see_each_other(path):
    one, other = SqliteStore(path), SqliteStore(path)

    async def count(transaction):
        number = (await transaction.load("tally", "n") or {"n": 0})["n"] + 1
        await transaction.save("tally", "n", {"n": number})
        await transaction.write([change(f"Patient/{number}", gender=code(f"g{number}"))])

    await asyncio.gather(*(store.commit(count) for _ in range(40) for store in (one, other)))
    assert await one.load("tally", "n") == {"n": 80}
    for number in (1, 40, 80):
        for store in (one, other):
            assert await found(store, "Patient", Match("gender", (TokenTest(None, f"g{number}"),))) == [str(number)]
    await one.close()
    await other.close()


async def test_a_process_that_never_lets_go_is_named_as_the_reason(path):
    store = SqliteStore(path, busy=0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="another process"):
            await put(store, change("Patient/1"))
        other.execute("ROLLBACK")
    await put(store, change("Patient/1"))
    await store.close()


async def test_an_older_file_is_brought_forward_with_what_is_in_it(path):
    from fhir_kernel.store.sqlite.schema import APPLICATION

    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(MIGRATIONS[0])
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("PRAGMA user_version = 1")
        connection.execute("INSERT INTO type VALUES (1, 'Patient')")
        connection.execute("INSERT INTO resource VALUES (1, 1, 'old', 1, 1, 0, 1, '')")
        connection.execute("INSERT INTO version VALUES (1, 1, 1, 1, 0, 'PUT', x'7b7d')")
        connection.commit()
    store = SqliteStore(path)
    assert (await store.read(Key("Patient", "old"))).body == b"{}"
    await put(store, change("Patient/new", gender=code("male")))
    assert await found(store, "Patient", Match("gender", (TokenTest(None, "male"),))) == ["new"]
    await store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
