from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from conformance.scoring.canonical import canonical
from fhir_kernel.store.sqlite import SqliteStore
from registry.refusal import Refused
from registry.scores.counting.names import INSTITUTION, institution_name
from registry.scores.lists import keep_lists
from registry.scores.running.accounts import account_of
from registry.scores.running.snapshots import (
    ROWS,
    SNAPSHOTS,
    content_of,
    institution_in,
    row_of,
    snapshots,
    terms_in,
)
from registry.scores.running.strike import Strike
from registry.scores.running.taking import take_score, try_score
from registry.scores.running.terms import terms_of
from registry.scores.running.verifying import verify
from tests.contract.conftest import STORES
from tests.registry.scores.running.world import (
    AROUND,
    GOOD,
    LABS,
    LISTS,
    NOTES,
    NOW,
    OCTOBER,
    SEPTEMBER,
    WEAK,
    Province,
    counters,
    rule_id,
    rule_list,
)

pytestmark = pytest.mark.anyio
on_each = pytest.mark.parametrize("store", ["sqlite", "mongodb"], indirect=True)


async def refusal(work) -> Refused:
    with pytest.raises(Refused) as raised:
        await work
    return raised.value


async def taken(store, period=OCTOBER, around=AROUND, now=NOW, **more):
    return await take_score(store, period, around, now, **more)


async def row(store, name, **more):
    return await row_of(store, (await taken(store, **more)).snapshot, name)


async def test_everybody_with_a_class_is_scored_and_the_others_are_named(province, store):
    await province.opened("east", "west")
    await province.add("nowhere", kind="")
    await province.send("east", labs=GOOD, notes=GOOD)
    await province.send("nowhere", labs=GOOD)
    made = await taken(store)
    assert (made.snapshot.id, made.is_new, made.unclassified) == ("2023-10-1", True, ("nowhere",))
    rows = (await content_of(store, made.snapshot)).document["scores"]
    assert [(each["institution"], float(each["score"]) > 50) for each in rows] == [("east", True), ("west", False)]
    assert await row_of(store, made.snapshot, "east") == rows[0]
    assert made.snapshot.institutions == 2


async def test_a_head_says_of_what_a_snapshot_was_made(province, store):
    await province.opened("east")
    head = (await taken(store, by="p1")).snapshot
    document = (await content_of(store, head)).document
    assert (document["engine"], document["terminology"], document["seed"]) == ("Plumbline 1", "tables 7", head.seed)
    assert (document["rulePack"]["name"], head.generation, head.by) == (head.pack, "1", "p1")
    terms = await terms_in(store, head)
    assert terms_of(canonical(terms)) == terms


async def test_taken_again_of_the_same_it_is_the_same_one(province, store):
    await province.opened("east")
    await province.send("east", labs=GOOD, notes=GOOD)
    first, again = await taken(store), await taken(store)
    assert (again.snapshot, again.is_new) == (first.snapshot, False)
    await province.send("east", labs=WEAK, notes=GOOD)
    assert (await taken(store)).snapshot.id == "2023-10-2"
    assert [each.id for each in await snapshots(store, OCTOBER)] == ["2023-10-1", "2023-10-2"]


@on_each
async def test_two_that_are_taken_at_once_are_one_where_they_are_equal(province, store):
    await province.opened("east")
    await province.send("east", days=3, labs=GOOD)
    both = await asyncio.gather(taken(store), taken(store))
    assert sorted(each.is_new for each in both) == [False, True]
    assert both[0].snapshot == both[1].snapshot
    assert (await verify(store, both[0].snapshot.id)).institutions == 1


@on_each
async def test_two_that_are_taken_at_once_and_differ_are_not_both_kept(province, store):
    await province.opened("east")
    await province.send("east", days=3, labs=GOOD)
    both = await asyncio.gather(taken(store, seed=1), taken(store, seed=2), return_exceptions=True)
    (refused,) = [each for each in both if isinstance(each, Refused)]
    assert refused.kind == "conflict"
    assert "2023-10-1 was taken meanwhile and says otherwise" in str(refused)
    assert "请勿同时评分" in refused.sentences[0].zh
    assert len(await store.listed(SNAPSHOTS)) == 1


async def test_it_replays_byte_for_byte_after_the_store_was_opened_again(tmp_path):
    async with STORES["sqlite"](tmp_path) as store:
        province = await Province(store).opened("east", "west")
        await province.send("east", labs=GOOD, notes=WEAK)
        await province.check("east", "check:tls", 5)
        head = (await taken(store)).snapshot
        path = next(tmp_path.glob("*.db"))
    again = SqliteStore(path)
    try:
        assert (await verify(again, head.id)).institutions == 2
    finally:
        await again.close()


async def test_what_was_decided_since_changes_no_replay(province, store):
    await province.opened("east")
    await province.send("east", labs=GOOD, notes=GOOD)
    head = (await taken(store)).snapshot
    await province.expect("east", LABS, 9)
    await province.add("late")
    await province.publish("pkg", {f"{LABS}|1": (date(2023, 1, 1), date(2023, 2, 1))})
    assert (await verify(store, head.id)).snapshot == head


async def test_a_replay_names_what_came_out_otherwise(province, store):
    await province.opened("east")
    await province.send("east", labs=GOOD, notes=GOOD)
    head = (await taken(store)).snapshot
    await province.send("east", labs=WEAK, notes=GOOD)
    refused = await refusal(verify(store, head.id))
    assert (refused.kind, refused.where) == ("conflict", head.id)
    assert "scores, tallies came out otherwise" in refused.sentences[0].en
    assert "不一致" in refused.sentences[0].zh


async def test_a_replay_notices_a_row_that_was_changed(province, store):
    await province.opened("east")
    head = (await taken(store)).snapshot
    name, kept = (await store.listed(ROWS))[0]
    await province.save(ROWS, name, {**kept, "row": kept["row"].replace('"score":"', '"score":"9')})
    assert "rows that are kept beside it" in str(await refusal(verify(store, head.id)))


@pytest.mark.parametrize(
    ("period", "en", "zh"),
    [
        ("2023-11", "expected a period that is over", "应选已结束的周期"),
        ("2023-13", "expected a month such as 2026-10", "应为月份"),
        ("2021-10", "no published standard is in force in 2021-10-01/2021-10-31", "没有已实施的标准"),
    ],
)
async def test_a_period_that_cannot_be_scored_is_refused(province, store, period, en, zh):
    await province.opened("east")
    refused = await refusal(taken(store, period))
    assert en in refused.sentences[0].en
    assert zh in refused.sentences[0].zh
    assert not await store.listed(SNAPSHOTS)


async def test_rules_that_no_server_has_written_down_are_missed(province, store):
    await province.opened("east")
    await province.publish("more", {"https://example.org/new|1": (date(2023, 1, 1), None)})
    refused = await refusal(taken(store))
    assert (refused.kind, refused.where) == ("conflict", "https://example.org/new|1")


async def test_one_institution_is_tried_and_nothing_is_kept(province, store):
    await province.opened("east", "west")
    await province.send("east", labs=GOOD, notes=WEAK)
    tried = (await try_score(store, OCTOBER, AROUND, NOW, "east")).row
    assert not await store.listed(SNAPSHOTS)
    assert not await store.listed(ROWS)
    kept = await row(store, "east")
    assert (kept["score"], kept["tallies"]) == (tried["score"], tried["tallies"])


async def test_who_is_not_there_or_has_no_class_cannot_be_tried(province, store):
    await province.opened("east")
    await province.add("nowhere", kind="")
    assert (await refusal(try_score(store, OCTOBER, AROUND, NOW, "nobody"))).kind == "missing"
    assert "has no class" in str(await refusal(try_score(store, OCTOBER, AROUND, NOW, "nowhere")))


async def test_the_standing_of_the_month_before_decides_on_the_level(province, store):
    await province.opened("east")
    for first in (date(2023, 9, 1), date(2023, 10, 1)):
        await province.send("east", first=first, days=30, labs=GOOD, notes=GOOD)
    alone = await row(store, "east")
    await taken(store, SEPTEMBER)
    after = await row(store, "east")
    assert (alone["standing"]["earned"], after["standing"]["earned"]) == (after["standing"]["earned"],) * 2
    assert after["standing"]["held"] > alone["standing"]["held"] or alone["standing"]["earned"] < 3


async def test_the_time_to_get_ready_is_not_scored(province, store):
    await province.opened("east", urls=(LABS,))
    await province.send("east", labs=GOOD, notes=WEAK)
    before = await row(store, "east")
    await province.publish("more", {f"{NOTES}|1": (date(2023, 11, 1), None)})
    assert await row(store, "east") == before


async def test_no_record_counts_for_an_edition_and_for_the_one_after_it(province, store):
    """Both judge the records of the whole month; each counts on its own days, and a volume on all of them once."""
    await province.opened("east", urls=(NOTES,))
    second = rule_list(LABS, "2")
    await province.publish(
        "labs", {f"{LABS}|1": (date(2023, 1, 1), date(2023, 10, 11)), f"{LABS}|2": (date(2023, 10, 11), None)}
    )
    await keep_lists(store, [second])
    both = {each: counters(each, GOOD) for each in (LISTS[LABS], second)}
    await province.tally("east", both, "his#1", date(2023, 10, 1), days=31)
    head = (await taken(store)).snapshot
    rules = {each.rule.id: each for each in (await account_of(store, head.id, "east")).rules}
    assert rules[rule_id(LABS, "binding")].failed == 0
    assert rules[f"{LABS}#:volume"].passed == 1240
    terms = await terms_in(store, head)
    assert [terms.spans[f"{LABS}|{at}"].since for at in "12"] == [date(2023, 1, 1), date(2023, 10, 11)]


async def test_what_an_erratum_strikes_is_asked_of_nobody(province, store):
    await province.opened("east")
    await province.send("east", labs=WEAK, notes=GOOD)
    before = await row(store, "east")

    async def strikes(_reader):
        return (Strike("E-2026-001", rule_id(LABS, "binding"), date(2023, 10, 1), date(2023, 10, 31)),)

    made = await taken(store, around=replace(AROUND, strikes=strikes))
    after = await row_of(store, made.snapshot, "east")
    assert float(after["score"]) > float(before["score"])
    assert made.snapshot.errata == ("E-2026-001",)
    assert made.snapshot.pack.endswith("+E-2026-001")
    assert (await verify(store, made.snapshot.id)).snapshot == made.snapshot


async def test_an_erratum_may_strike_some_days_alone(province, store):
    await province.opened("east")
    await province.send("east", labs=WEAK, notes=GOOD, days=20)
    await province.send("east", labs=GOOD, notes=GOOD, first=date(2023, 10, 21), days=11)

    async def strikes(_reader):
        return (Strike("E-2026-002", rule_id(LABS, "binding"), date(2023, 10, 1), date(2023, 10, 20)),)

    made = await taken(store, around=replace(AROUND, strikes=strikes))
    rules = {each.rule.id: each for each in (await account_of(store, made.snapshot.id, "east")).rules}
    assert rules[rule_id(LABS, "binding")].failed == 0
    assert rules[rule_id(LABS, "base")].judged == 1240


async def test_a_rule_that_no_record_of_a_set_called_for_says_nothing_of_it(province, store):
    await province.opened("some", "none")
    await province.send("some", labs={"": (40, 0), "binding": (0, 0)}, notes=GOOD)
    await province.send("none", notes=GOOD)
    head = (await taken(store)).snapshot
    some, none = await row_of(store, head, "some"), await row_of(store, head, "none")
    assert some["dimensions"]["D2"] > 0.95
    assert none["dimensions"]["D2"] == pytest.approx(0.5, abs=0.05)


async def test_checks_count_where_they_were_made(province, store):
    await province.opened("east")
    await province.send("east", labs=GOOD, notes=GOOD)
    without = await row(store, "east")
    await province.check("east", "check:tls", 500)
    assert (await row(store, "east"))["dimensions"]["D7"] > without["dimensions"]["D7"] == 0.0


async def test_open_critical_findings_are_known_of_an_institution(province, store):
    await province.opened("east", "west")
    await province.save(INSTITUTION, institution_name("1", "east"), {"open": {"a": 5, "b": 2}})
    head = (await taken(store)).snapshot
    assert [(await institution_in(store, head, each)).open_critical for each in ("east", "west")] == [7, 0]
