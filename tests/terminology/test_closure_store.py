"""https://hl7.org/fhir/R4/terminology-service.html#closure"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from terminology.closure_store import Closure, ClosureEntry, ClosureLimits, MemoryClosures

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_of_too_many_tables_the_one_used_last_stays() -> None:
    store = MemoryClosures(lambda: NOON, ClosureLimits(names=2))
    for name in ("one", "two"):
        store.start(name)
    assert store.find("one") is not None
    store.start("three")
    assert [name for name in ("one", "two", "three") if store.find(name)] == ["one", "three"]


def test_a_table_that_nobody_asks_for_is_forgotten() -> None:
    now = [NOON]
    store = MemoryClosures(lambda: now[0], ClosureLimits(idle=timedelta(hours=1)))
    store.start("idle")
    store.start("used")
    now[0] += timedelta(minutes=50)
    assert store.find("used") is not None
    now[0] += timedelta(minutes=50)
    assert store.find("idle") is None
    assert store.find("used") is not None


def test_no_change_is_lost_to_another() -> None:
    store = MemoryClosures(lambda: NOON)
    store.start("shared")

    def told(number: int) -> None:
        entry = ClosureEntry("http://system", str(number), "0", "subsumes")

        def change(held: Closure) -> Closure:
            return replace(held, changes=(*held.changes, (entry,)))

        assert store.change("shared", change) is not None

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(told, range(400)))
    held = store.find("shared")
    assert held is not None
    assert {entry.source for change in held.changes for entry in change} == {str(each) for each in range(400)}
    assert held.version == 400


def test_what_is_not_there_cannot_be_changed() -> None:
    assert MemoryClosures(lambda: NOON).change("none", lambda held: held) is None
