from __future__ import annotations

import asyncio

import pytest

from fhir_kernel.store.memory import MemoryStore
from registry.scores.counting.catching_up import catch_up
from registry.scores.counting.generations import current_generation, generations
from registry.scores.counting.reading import days_of, open_critical
from registry.scores.counting.rebuilding import rebuild
from tests.contract.conftest import STORES
from tests.registry.scores.counting.test_records import keep
from tests.registry.scores.counting.world import FIRST, LABS, LAST, ZONE, entry, numbers, send, with_lists

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def store():
    """A store that holds two of three records: the third was refused."""
    made = await with_lists(MemoryStore())
    for name in ("Observation/1", "Observation/2"):
        await keep(made, name)
    await send(made, entry(), entry(identity="i2", kept="Observation/2"))
    await send(made, entry((LABS, "1", "1", "0"), identity="i3", kept="", content="c3"))
    await catch_up(made, ZONE)
    return made


def silent(_stage, _done, _total):
    """Nobody watches."""


def stricter(entry, _version):
    """A judge who finds the first record wanting, and leaves the other as it was."""
    if entry["id"] != "1":
        return entry
    return {**entry, "scored": {**entry["scored"], "lists": [[LABS, "3", "1", "0"]]}}


async def test_where_nothing_differs_nothing_changes(store):
    done = await rebuild(store, ZONE, lambda entry, _version: entry, told=silent)
    assert (done.judged, done.carried, done.differences, done.is_new) == (2, 1, [], False)
    assert (await current_generation(store), await generations(store)) == ("1", ["1"])
    for collection in ("score-day", "score-record", "score-patient", "score-institution"):
        assert [name for name, _ in await store.listed(collection, prefix="2/")] == []


async def test_a_dry_run_says_what_would_differ_and_changes_nothing(store):
    done = await rebuild(store, ZONE, stricter, dry_run=True, told=silent)
    assert [str(each) for each in done.differences] == [
        "h1 his#2.1 2026-10-05 labs#Observation:base: 2/1/0/1 -> 1/2/0/1",
        "h1 open labs#Observation:base: 0 -> 1",
    ]
    assert (done.is_new, await current_generation(store), await generations(store)) == (False, "1", ["1"])


async def test_what_differs_takes_the_place_of_what_was_and_both_can_be_read(store):
    done = await rebuild(store, ZONE, stricter, told=silent)
    assert (done.is_new, done.generation, await current_generation(store)) == (True, "2", "2")
    await send(store, entry(identity="i4", kept="Observation/4"))
    await catch_up(store, ZONE)
    [now], [before] = [await days_of(store, "h1", FIRST, LAST, generation) for generation in (None, "1")]
    assert (numbers(now)[:2], numbers(before)[:2]) == ([[2, 3, 3], [2, 0, 0]], [[2, 2, 2], [1, 0, 0]])
    assert (await open_critical(store))["h1"] == 1


async def test_records_that_come_meanwhile_are_in_both(tmp_path):
    async with STORES["sqlite"](tmp_path) as store:
        await with_lists(store)
        await keep(store, "Observation/1")
        await send(store, entry(), entry(identity="i2", kept="", content="c2"))
        coming = []

        def judge(entry_, _version):
            coming.append(asyncio.create_task(send(store, entry(identity="i9", kept="Observation/9"))))
            return entry_

        done = await rebuild(store, ZONE, judge, told=silent)
        await asyncio.gather(*coming)
        assert (done.differences, done.judged, done.carried, len(coming)) == ([], 1, 2, 1)
        [day] = await days_of(store, "h1", FIRST, LAST)
        assert numbers(day)[0] == [3, 3, 2]


async def test_generations_that_no_snapshot_needs_go_with_the_next_rebuild(store):
    await rebuild(store, ZONE, stricter, told=silent)
    done = await rebuild(store, ZONE, stricter, told=silent)
    assert (done.is_new, await generations(store)) == (False, ["2"])
    assert await days_of(store, "h1", FIRST, LAST, "1") == []
