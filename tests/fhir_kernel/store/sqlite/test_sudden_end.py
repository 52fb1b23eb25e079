"""The process that writes is killed at random moments: what it was told to be kept is there, and nothing by halves."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from hashlib import sha256

import pytest

from fhir_kernel.store.criteria import All, Match, Query, TokenTest
from fhir_kernel.store.records import Key
from fhir_kernel.store.sqlite import SqliteStore
from tests.contract.world import found

pytestmark = pytest.mark.anyio

TIMES = int(os.environ.get("PLUMBLINE_TEST_KILLS", "25"))
"""How often; set it to 200 for a thorough trial."""

WRITER = """
import asyncio, sys
from pathlib import Path
from tests.contract.world import change, code
from fhir_kernel.store.sqlite import SqliteStore

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    start = int(sys.argv[2])

    async def client(own):
        number = 0
        while True:
            name = f"{start}-{own}-{number}"
            async def work(transaction):
                await transaction.write([change(f"Patient/a{name}", pair=code(name))])
                await transaction.append("evidence", [{"name": name}])
                await transaction.write([change(f"Patient/b{name}", pair=code(name))])
            await store.commit(work)
            print(name, flush=True)
            number += 1

    await asyncio.gather(*(client(own) for own in range(4)))

asyncio.run(main())
"""


async def test_no_acknowledged_write_is_lost_and_none_is_kept_by_halves(path):
    chance, acknowledged = random.Random(7), []
    for start in range(TIMES):
        acknowledged += _write_until_killed(path, start, chance.uniform(0.0, 0.06))
    assert acknowledged
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store = SqliteStore(path)
    ids = [key.id for key in (await store.search(Query(("Patient",), All(), count=1_000_000))).keys]
    logged = [entry["name"] async for _, entry in store.log("evidence")]
    assert set(acknowledged) <= set(logged)
    assert sorted(ids) == sorted(f"{side}{name}" for side in "ab" for name in logged)
    for name in logged[:: max(1, len(logged) // 50)]:
        assert await found(store, "Patient", Match("pair", (TokenTest(None, name),))) == [f"a{name}", f"b{name}"]
        assert (await store.read(Key("Patient", f"a{name}"))).number == 1
    await store.close()


def _write_until_killed(path, start, seconds):
    """What the writer had said to be kept when it was killed, so long after its first word."""
    command = [sys.executable, "-c", WRITER, str(path), str(start)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        first = writer.stdout.readline()
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        lines = [first, *writer.stdout.readlines()]
    return [line.strip() for line in lines if line.endswith("\n")]


KEEPER = """
import asyncio, random, sys
from pathlib import Path
from fhir_kernel.store.sqlite import SqliteStore

async def main():
    store = SqliteStore(Path(sys.argv[1]))
    print("begun", flush=True)
    for number in range(1000):
        print(await store.keep(random.Random(number).randbytes(6_000_000)), flush=True)

asyncio.run(main())
"""


async def test_content_is_there_whole_or_not_at_all(path):
    chance, acknowledged = random.Random(11), set()
    for _ in range(max(3, TIMES // 5)):
        acknowledged |= set(_kept_until_killed(path, chance.uniform(0.0, 0.3))[1:])
    store = SqliteStore(path)
    for number in range(len(acknowledged) + 1):
        content = random.Random(number).randbytes(6_000_000)
        digest = sha256(content).hexdigest()
        assert await store.kept(digest) in ((content,) if digest in acknowledged else (None, content))
        assert await store.keep(content) == digest
        assert await store.kept(digest) == content
    await store.close()


def _kept_until_killed(path, seconds):
    with subprocess.Popen([sys.executable, "-c", KEEPER, str(path)], stdout=subprocess.PIPE, text=True) as keeper:
        first = keeper.stdout.readline()
        time.sleep(seconds)
        keeper.send_signal(signal.SIGKILL)
        lines = [first, *keeper.stdout.readlines()]
    return [line.strip() for line in lines if line.endswith("\n")]
