from __future__ import annotations

import asyncio
from datetime import date

import pytest

from plumbline.stores import store_opener
from tests.registry.scores.running.world import GOOD, LISTS, NOTES, WEAK, Province, counters


@pytest.fixture
def address(tmp_path):
    """Three hospitals, of which one has no class, and their records of a month."""
    made = f"sqlite:///{tmp_path / 'fhir.sqlite'}"
    do(made, _opened)
    return made


async def _opened(province):
    await province.opened("east", "west")
    await province.add("nowhere", kind="")
    await province.send("east", labs=GOOD, notes=WEAK)


def do(address, work):
    async def run():
        opener = store_opener(address)
        assert opener is not None
        store = await opener()
        try:
            await work(Province(store))
        finally:
            await store.close()

    asyncio.run(run())


def test_scores_are_taken_shown_explained_and_replayed(plumbline, address):
    ran = plumbline("score", "run", "--period", "2023-10", "--store", address)
    assert ran.status == 0, ran.err
    head, east, west, last = ran.out.splitlines()
    assert head.split() == ["institution", "class", "score", "interval", "level", "coverage"]
    assert east.startswith("east         county")
    assert west.split()[:3] == ["west", "county", "1.00"]
    assert last.startswith("2023-10-1 was taken: ")
    assert ran.err == "Not scored, because they have no class: nowhere\n"
    again = plumbline("score", "run", "--period", "2023-10", "--store", address, "--lang", "zh")
    assert again.out.startswith("机构")
    assert again.out.splitlines()[-1].startswith("2023-10-1 is there already and says the same: ")
    words = ("--period", "2023-10", "--institution", "east", "--lang", "zh")
    told = plumbline("score", "explain", *words, "--store", address)
    assert "S = 100 · Π D^w" in told.out
    assert f"整改 {NOTES}|1#Observation.code:binding 可提高" in told.out
    replayed = plumbline("score", "verify", "2023-10-1", "--store", address)
    assert (replayed.status, replayed.out.startswith("2023-10-1 replays byte for byte, 2 institutions")) == (0, True)


def test_what_does_not_replay_exits_with_1(plumbline, address):
    plumbline("score", "run", "--period", "2023-10", "--store", address)
    do(address, lambda province: province.send("east", labs=WEAK, notes=WEAK))
    replayed = plumbline("score", "verify", "2023-10-1", "--store", address)
    assert replayed.status == 1
    assert "2023-10-1 does not replay: scores, tallies came out otherwise" in replayed.err


def test_one_is_tried_and_nothing_is_kept(plumbline, address):
    tried = plumbline("score", "run", "--period", "2023-10", "--institution", "east", "--store", address)
    assert [line.split()[0] for line in tried.out.splitlines()] == ["institution", "east"]
    told = plumbline("score", "explain", "--period", "2023-10", "--institution", "east", "--store", address)
    assert (told.status, "no scores of 2023-10 were taken" in told.err) == (2, True)


def test_why_no_score_is_given_stands_below(plumbline, address):
    do(address, lambda province: province.publish("more", {f"{NOTES}|1": (date(2022, 1, 1), None)}))
    tried = plumbline("score", "run", "--period", "2022-10", "--institution", "east", "--store", address)
    assert f"east: {NOTES}: no volume is stated for all days of the period" in tried.out


def test_what_another_process_cannot_score_is_told_and_nothing_is_kept(plumbline, address):
    counts = {LISTS[NOTES]: counters(LISTS[NOTES], {"": (9_000_000, 0)})}
    do(address, lambda province: province.tally("west", counts, "his#1", date(2023, 10, 1)))
    ran = plumbline("score", "run", "--period", "2023-10", "--store", address)
    assert ran.status == 2
    assert "a counter is at 9000000; expected 8388607 at the most" in ran.err
    assert plumbline("score", "verify", "2023-10-1", "--store", address).status == 2


def test_what_cannot_be_scored_exits_with_2(plumbline, address):
    for words, said in (
        (("run", "--period", "2999-01"), "expected a period that is over"),
        (("run", "--period", "2021-01"), "no published standard is in force in 2021-01-01/2021-01-31"),
        (("run", "--period", "2023-10", "--institution", "nobody"), "there is no institution nobody"),
        (("verify", "2023-10-9"), "there is no snapshot 2023-10-9"),
    ):
        outcome = plumbline("score", *words, "--store", address)
        assert (outcome.status, said in outcome.err) == (2, True), outcome.err
