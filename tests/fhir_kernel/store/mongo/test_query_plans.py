"""Which index a search is carried out by, and that no question reads more than it must: MongoDB is asked to explain."""

from __future__ import annotations

import pytest
from pymongo import AsyncMongoClient, MongoClient

from fhir_kernel.store.criteria import All, Chain, DateTest, Match, Query, StringTest, TokenTest
from fhir_kernel.store.mongo.filters import criterion_filter
from fhir_kernel.store.mongo.keys import parameter_number
from fhir_kernel.store.mongo.plan import candidates, plan
from fhir_kernel.store.mongo.store import open_mongo
from fhir_kernel.store.mongo.windows import Windows
from fhir_kernel.store.values import DateValue, ReferenceValue
from tests.contract.world import DAY, change, code, put, text

pytestmark = pytest.mark.anyio

RANGES = {
    "text begins": Match("name", (StringTest("starts", "a"),)),
    "text is equal": Match("name", (StringTest("equal", "a1"),)),
    "text contains": Match("name", (StringTest("contains", "a"),)),
    **{
        f"date {each}": Match("date", (DateTest(each, 0, DAY),))
        for each in ("eq", "gt", "lt", "ge", "le", "sa", "eb", "ap")
    },
}


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def store(database_url):
    opened = await open_mongo(database_url)
    patients = [
        change(f"Patient/{at}", name=text(f"a{at}"), code=code("a", "s"), date=DateValue(0, DAY)) for at in range(300)
    ]
    seen = [
        change(f"Observation/{at}", code=code(f"c{at % 3}", "s"), subject=ReferenceValue("Patient", str(at)))
        for at in range(300)
    ]
    await put(opened, *patients, *seen)
    yield opened
    await opened.close()


@pytest.fixture
def resources(database_url, store):
    with MongoClient(database_url) as client:
        yield client.get_default_database().resources


@pytest.fixture
async def collection(database_url, store):
    async with AsyncMongoClient(database_url) as client:
        yield client.get_default_database().resources


def _stages(stage):
    yield stage
    for each in (stage.get("inputStage"), *stage.get("inputStages", ())):
        if each is not None:
            yield from _stages(each)


def _explained(cursor):
    return list(_stages(cursor.explain()["executionStats"]["executionStages"]))


@pytest.mark.parametrize("shape", RANGES)
async def test_what_is_compared_by_range_is_counted_by_keys_of_the_index_alone(resources, shape):
    (condition,) = candidates("Patient", [criterion_filter("Patient", RANGES[shape])])
    low, high = condition.bounds
    stages = _explained(resources.find({}, return_key=True).hint(condition.index).min(low).max(high).limit(50))
    assert {each["stage"] for each in stages} == {"LIMIT", "RETURN_KEY", "IXSCAN"}


async def test_the_resources_of_several_codes_are_merged_in_the_order_of_their_ids(resources):
    codes = Match("code", tuple(TokenTest("s", f"c{at}") for at in range(3)))
    (condition,) = candidates("Observation", [criterion_filter("Observation", codes)])
    stages = _explained(resources.find(condition.filter, {"_id": 1}).hint(condition.index).sort("_id", 1).limit(10))
    assert condition.in_order
    assert "SORT_MERGE" in {each["stage"] for each in stages}
    assert sum(each.get("keysExamined", 0) for each in stages) <= 20


async def test_a_long_list_of_codes_is_asked_for_those_that_there_are(store):
    codes = Match("code", tuple(TokenTest("s", f"c{at}") for at in range(2, 1_000)))
    page = await store.search(Query(("Observation",), codes, count=2))
    assert [key.id for key in page.keys] == ["101", "104"]


async def test_of_very_many_types_those_are_asked_that_there_are(store):
    page = await store.search(Query((*(f"Type{at}" for at in range(140)), "Patient", "Observation"), count=2))
    assert [str(key) for key in page.keys] == ["Observation/0", "Observation/1"]


async def test_a_chain_that_leads_to_a_few_hundred_is_checked_and_begun_at_the_other_end_where_that_finds_none(store):
    led = Chain("subject", ("Patient",), Match("name", (StringTest("starts", "a"),)))
    page = await store.search(Query(("Observation",), All((led, Match("code", (TokenTest("s", "c2"),)))), count=2))
    none = await store.search(Query(("Observation",), All((led, Match("code", (TokenTest("s", "d"),)))), count=2))
    assert [key.id for key in page.keys] == ["101", "104"]
    assert none.keys == []


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("start", [None, 700 * DAY])
async def test_a_window_of_dates_holds_what_a_page_begins_with_and_no_more(store, collection, descending, start):
    await put(store, *(change(f"Visit/{at}", date=DateValue(at * DAY, (at + 1) * DAY)) for at in range(2_000)))
    windows = Windows(collection, None, 1_000, parameter_number("Visit", "date"), descending)
    conditions = [each async for each in windows.conditions(start)]
    found = {each["_id"] async for each in collection.find(plan("Visit", conditions[0], []).filter, {"_id": 1})}
    first = (700 if start else 1_999) if descending else (700 if start else 0)
    nearest = {f"Visit/{at}" for at in (range(first, first - 200, -1) if descending else range(first, first + 200))}
    assert nearest <= found
    assert len(found) <= 513


async def test_a_parameter_without_dates_has_no_windows(store, collection):
    windows = Windows(collection, None, 1_000, parameter_number("Patient", "name"), descending=True)
    assert [each async for each in windows.conditions(None)] == []
