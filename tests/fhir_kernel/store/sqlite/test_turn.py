"""Work under way is run in the event loop of who waits for it, or on the thread that writes where it may take long."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest

from fhir_kernel.store.base import Transaction
from fhir_kernel.store.criteria import Query
from fhir_kernel.store.sqlite.store import SqliteStore
from fhir_kernel.store.sqlite.turn import run_in_turn

pytestmark = pytest.mark.anyio


async def _thread(_: Transaction) -> int:
    return threading.get_ident()


async def _thread_of_search(transaction: Transaction) -> int:
    await transaction.search(Query(("Basic",)))
    return threading.get_ident()


async def test_short_work_is_run_in_the_loop_and_what_searches_elsewhere(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.sqlite")
    try:
        assert await store.commit(_thread) == threading.get_ident()
        assert await store.commit(_thread_of_search) != threading.get_ident()
    finally:
        await store.close()


async def test_work_that_writes_much_is_not_run_in_the_loop(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.sqlite")

    async def write(transaction: Transaction) -> int:
        for number in range(1_000):
            await transaction.save("notes", f"{number:04}", {"number": number})
        return threading.get_ident()

    try:
        assert await store.commit(write) != threading.get_ident()
        assert len(await store.listed("notes")) == 1_000
    finally:
        await store.close()


async def test_work_after_what_searches_still_sees_what_that_wrote(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "a.sqlite")

    async def first(transaction: Transaction) -> None:
        await transaction.search(Query(("Basic",)))
        await transaction.save("notes", "one", {"by": "first"})

    async def second(transaction: Transaction) -> object:
        return await transaction.load("notes", "one")

    try:
        _, seen = await asyncio.gather(store.commit(first), store.commit(second))
        assert seen == {"by": "first"}
    finally:
        await store.close()


async def test_a_loop_that_is_busy_is_not_waited_for() -> None:
    ran: list[int] = []
    loop, thread = asyncio.get_running_loop(), threading.Thread
    runner = thread(target=lambda: run_in_turn(loop, lambda: ran.append(threading.get_ident()), patience=0.01))
    runner.start()
    time.sleep(0.2)  # the loop does nothing else meanwhile
    runner.join()
    await asyncio.sleep(0.01)
    assert ran == [runner.ident]


async def test_work_for_a_loop_that_is_closed_is_run_at_once() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    ran: list[bool] = []
    run_in_turn(loop, lambda: ran.append(True), patience=10)
    assert ran == [True]


async def test_who_waits_is_told_what_the_work_raises() -> None:
    def fail() -> None:
        raise ValueError("no")

    loop = asyncio.get_running_loop()
    with pytest.raises(ValueError, match="no"):
        await asyncio.to_thread(run_in_turn, loop, fail)
