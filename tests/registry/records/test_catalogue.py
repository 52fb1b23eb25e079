from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fhir_kernel.store.memory import MemoryStore
from registry.model.edition import Edition
from registry.model.standard import Standard
from registry.records.catalogue import Catalogue, Wanted
from registry.records.keeping import STANDARDS, editions, save_edition
from registry.sentence import Sentence
from tests.registry.lifecycle.world import NOW
from tests.registry.records.world import PROPOSAL, counter, go, proposed

pytestmark = pytest.mark.anyio
TODAY = date(2026, 3, 1)


def standard(id_, number, zh, **more):
    known = {"kind": "WS/T", "system_class": "data", "created": NOW, "number": number}
    return Standard(id_, Sentence(f"Title {id_}", zh), **{**known, **more})


def edition(of, number="", **dates):
    return Edition(f"e{of.id}{number}", of.id, f"p{of.id}", NOW, number, **dates)


IN_FORCE = {"published": date(2020, 1, 1), "in_force": date(2020, 6, 1)}
STANDARDS_KEPT = (
    standard("a", "WS/T 10", "电子病历基本数据集", committee="tc1"),
    standard("b", "WS/T 9", "居民健康卡", system_class="technology"),
    standard("c", "GB/T 100", "数据元", kind="GB/T", jurisdiction=""),
    standard("d", "DB31/T 1", "上海数据集", kind="DB/T", jurisdiction="310000"),
    standard("e", "", "拟制订的数据集"),
)


async def keep(store, *kept):
    async def work(transaction):
        for each in kept:
            await STANDARDS.save(transaction, each)
            await save_edition(transaction, edition(each, each.number and f"{each.number}-2020", **IN_FORCE))

    await store.commit(work)


async def found(catalogue, today=TODAY, **wanted):
    page = await catalogue.search(Wanted(**wanted), today)
    assert page.total == len(page.listed)
    return [each.row.standard.id for each in page.listed]


async def test_standards_are_listed_by_number_as_people_count(store):
    await keep(store, *STANDARDS_KEPT)
    assert await found(Catalogue(store)) == ["d", "c", "b", "a", "e"]


async def test_search_finds_every_word_in_chinese_english_and_numbers(store):
    await keep(store, *STANDARDS_KEPT)
    catalogue = Catalogue(store)
    assert await found(catalogue, text="数据集") == ["d", "a", "e"]
    assert await found(catalogue, text="病历 数据") == ["a"]
    assert await found(catalogue, text="TITLE 健康") == ["b"]
    assert await found(catalogue, text="ｗｓ/ｔ 9") == ["b"]
    assert await found(catalogue, text="GB/T 100-2020") == ["c"]
    assert await found(catalogue, text="无") == []


async def test_search_filters(store):
    await keep(store, *STANDARDS_KEPT)
    catalogue = Catalogue(store)
    assert await found(catalogue, kinds=["GB/T", "DB/T"]) == ["d", "c"]
    assert await found(catalogue, classes=["technology"]) == ["b"]
    assert await found(catalogue, jurisdictions=["310000"]) == ["d"]
    assert await found(catalogue, jurisdictions=[""], kinds=["GB/T"]) == ["c"]
    assert await found(catalogue, committees=["tc1"]) == ["a"]
    assert await found(catalogue, statuses=["drafting"]) == []
    assert len(await found(catalogue, statuses=["in-force"])) == 5


async def test_the_stage_is_that_of_the_project(store):
    case = await proposed(store)
    catalogue = Catalogue(store)
    assert await found(catalogue, stages=["00"], statuses=["drafting"]) == [case.standard.id]
    await go(store, case, ["take-up"])
    assert await found(catalogue, stages=["00.20"]) == [case.standard.id]
    assert await found(catalogue, stages=["00.00"]) == []


async def test_one_process_sees_what_another_changes(store):
    here, there = Catalogue(store), Catalogue(store)
    await keep(store, STANDARDS_KEPT[0])
    assert await found(here) == await found(there) == ["a"]
    await keep(store, *STANDARDS_KEPT[1:])
    await keep(store, replace(STANDARDS_KEPT[0], number="WS/T 8"))
    assert await found(here) == ["d", "c", "a", "b", "e"]
    row = await there.row("a")
    assert row is not None
    assert row.standard.number == "WS/T 8"


async def test_the_status_changes_with_the_day_alone():
    store = MemoryStore()
    await keep(store, STANDARDS_KEPT[0])
    catalogue = Catalogue(store)
    for today, status in ((date(2019, 1, 1), "drafting"), (date(2020, 2, 1), "upcoming"), (TODAY, "in-force")):
        page = await catalogue.search(Wanted(), today)
        assert [each.status for each in page.listed] == [status]
        assert page.statuses == {status: 1}


async def test_the_edition_that_counts_is_the_one_in_force():
    store, new_id = MemoryStore(), counter()
    case = await proposed(store, new_id=new_id)
    again = replace(PROPOSAL, standard=case.standard.id, project_kind="revision")
    await proposed(store, again, new_id, NOW + timedelta(days=1))
    (first, _) = await editions(store, case.standard.id)
    await store.commit(lambda transaction: save_edition(transaction, replace(first, number="WS/T 1-2020", **IN_FORCE)))
    page = await Catalogue(store).search(Wanted(), TODAY)
    assert [(each.status, each.run.edition.id) for each in page.listed] == [("in-force", first.id)]


async def test_pages_give_everything_once_and_tell_how_many_there_are():
    store = MemoryStore()
    await keep(store, *(standard(f"s{at}", f"WS/T {at}", "标准") for at in range(1, 451)))
    catalogue, start, seen = Catalogue(store), 0, []
    while start is not None:
        page = await catalogue.search(Wanted(text="标准"), TODAY, start=start, count=200)
        assert page.total == 450
        seen += [each.row.standard.id for each in page.listed]
        start = page.next
    assert seen == [f"s{at}" for at in range(1, 451)]
