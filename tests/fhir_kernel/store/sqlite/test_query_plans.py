"""No search reads through a whole table: each shape of a query is asked how SQLite would carry it out."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from fhir_kernel.store.criteria import (
    All,
    Chain,
    CompositeTest,
    DateTest,
    Has,
    Match,
    Missing,
    NearTest,
    Not,
    NumberTest,
    QuantityTest,
    Query,
    ReferenceTest,
    Some,
    SortKey,
    StringTest,
    TextTest,
    TokenTest,
    TokenTextTest,
    Updated,
    UriTest,
    WithId,
)
from fhir_kernel.store.sqlite.functions import Predicates
from fhir_kernel.store.sqlite.names import Names
from fhir_kernel.store.sqlite.opening import connect
from fhir_kernel.store.sqlite.order import order_of
from fhir_kernel.store.sqlite.search import candidates, sorted_page
from fhir_kernel.store.sqlite.sources import Outlook, outlook_of
from fhir_kernel.store.sqlite.ties import last_of_page, up_to
from fhir_kernel.store.sqlite.walk import walk
from fhir_kernel.store.sqlite.world import World
from fhir_kernel.store.values import (
    ANY,
    CompositeValue,
    DateValue,
    PositionValue,
    ReferenceValue,
    TextValue,
    UriValue,
)
from tests.contract.world import DAY, START, change, code, microseconds, number, put, quantity, text

pytestmark = pytest.mark.anyio

TOKEN = Match("code", (TokenTest("s", "a"),))
NUMBER = NumberTest("gt", Decimal(1), Decimal(1), Decimal(1))
SHAPES = {
    "token": TOKEN,
    "many tokens": Match("code", tuple(TokenTest("s", f"c{at}") for at in range(300))),
    "system": Match("code", (TokenTest("s", None),)),
    "token text": Match("code", (TokenTextTest("a"),)),
    "reference": Match("subject", (ReferenceTest("Patient", "1"),)),
    "reference of any type": Match("subject", (ReferenceTest("", "1"),)),
    "url": Match("subject", (ReferenceTest(url="http://a"),)),
    "canonical": Match("subject", (ReferenceTest(url="http://a", version=ANY), ReferenceTest(url="b", version="1"))),
    "string": Match("name", (StringTest("starts", "a"),)),
    "string exact": Match("name", (StringTest("exact", "a"),)),
    "string contains": Match("name", (StringTest("contains", "建国"),)),
    "uri": Match("url", (UriTest("equal", "http://a"),)),
    "uri below": Match("url", (UriTest("below", "http://a"),)),
    "uri above": Match("url", (UriTest("above", "http://a/b/c"),)),
    **{f"date {prefix}": Match("date", (DateTest(prefix, 0, DAY),)) for prefix in ("eq", "gt", "lt", "ge", "le", "ap")},
    "number": Match("n", (NUMBER,)),
    "quantity": Match("quantity", (QuantityTest(NUMBER),)),
    "quantity with a unit": Match("quantity", (QuantityTest(NUMBER, "u", "mg", NUMBER, "g"),)),
    "near": Match("near", (NearTest(39.9, 116.4, 1000),)),
    "text": Match("_text", (TextTest(("高血压", "病")),)),
    "composite": Match("pair", (CompositeTest((TokenTest(None, "a"), QuantityTest(NUMBER))),)),
    "chain": Chain("subject", ("Patient",), Match("name", (StringTest("starts", "a"),))),
    "has": Has("Observation", "subject", TOKEN),
    "id": WithId(frozenset({"1", "2"})),
    "updated": Updated(DateTest("ge", microseconds(START), microseconds(START) + 1)),
    "some": Some((TOKEN, Match("name", (StringTest("starts", "a"),)))),
    "all": All((TOKEN, Match("subject", (ReferenceTest("Patient", "1"),)), Match("date", (DateTest("ge", 0, DAY),)))),
    "all but": All((TOKEN, Not(Match("name", (StringTest("starts", "a"),))), Missing("date"))),
}
SORTS = {
    "no order": (),
    "id": (SortKey("_id"),),
    "updated": (SortKey("_lastUpdated", descending=True),),
    "date": (SortKey("date", descending=True),),
    "name": (SortKey("name"),),
}


@pytest.fixture
async def connection(store, path):
    await put(
        store,
        *(
            change(
                f"{type_}/{at}",
                code=code("a", "s", text="a"),
                subject=[ReferenceValue("Patient", "1"), ReferenceValue(url="http://a")],
                name=[text("abc"), text("张建国")],
                url=UriValue("http://a/b"),
                date=[DateValue(0, DAY), DateValue(0, 40 * DAY)],
                n=number("1"),
                quantity=quantity("1", "mg", canonical=number("1"), canonical_code="g"),
                near=PositionValue(39.9, 116.4),
                _text=TextValue("高血压病"),
                pair=CompositeValue(((code("a"),), (quantity("1", "mg"),))),
            )
            for type_ in ("Observation", "Patient")
            for at in range(3)
        ),
    )
    opened = connect(path, busy=1)
    yield opened
    opened.close()


def _world(connection):
    return World(connection, Names(connection), Predicates(connection), 1_000_000)


def _plan(connection, sql):
    rows = connection.execute(f"EXPLAIN QUERY PLAN {sql.text}", sql.values).fetchall()
    return [row[3] for row in rows]


def _scans(plan):
    """Steps that read all of a table; what a SELECT within has found, and the index of texts, may be read through."""
    return [step for step in plan if re.match(r"SCAN (?!\(|f\d*\b|CONSTANT|gram VIRTUAL TABLE)", step)]


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_search_by_any_value_is_a_search_in_an_index(connection, shape):
    world, types = _world(connection), ["Observation"]
    query = Query(("Observation",), SHAPES[shape], (SortKey("date"),))
    rows, size = candidates(query, types, world)
    assert size is not None, "no index was found"
    plan = _plan(connection, sorted_page(query, types, rows, order_of(query, types, world)))
    assert not _scans(plan), plan
    assert any("SEARCH" in step for step in plan)


@pytest.mark.parametrize("order", SORTS)
@pytest.mark.parametrize("shape", ["token", "string", "date ge", "chain", "has", "all but", "composite"])
async def test_a_page_in_order_is_read_along_an_index_without_sorting_all(connection, shape, order):
    world, types = _world(connection), ["Observation"]
    query = Query(("Observation",), SHAPES[shape], SORTS[order])
    walks = walk(query, types, world)
    assert walks
    for each in walks:
        plan = _plan(connection, type(each)(each.text, (*each.values, 10)))
        assert not _scans(plan), plan
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan, plan


@pytest.mark.parametrize("first", ["date", "name"])
async def test_a_page_by_several_keys_is_bounded_along_the_index_of_the_first(connection, first):
    world, types = _world(connection), ["Observation"]
    query = Query(("Observation",), TOKEN, (SortKey(first, descending=True), SortKey("_id")))
    last = last_of_page(query, types, order_of(query, types, world), world)
    for each in (last, up_to(query, types, 0, world)):
        plan = _plan(connection, each)
        assert not _scans(plan), plan
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan, plan
        assert plan[0].startswith("SEARCH w USING PRIMARY KEY"), plan


async def test_what_a_join_finds_is_counted_for_a_few_milliseconds_only(store, path):
    seen = [
        change(f"Observation/{at}", code=code("a" if at % 2 else "b", "s"), subject=[ReferenceValue("Patient", "1")])
        for at in range(600)
    ]
    await put(store, change("Patient/1", name=text("a")), *seen)
    opened = connect(path, busy=1)
    world, named = World(opened, Names(opened), Predicates(opened), 10), Match("name", (StringTest("starts", "a"),))
    many = outlook_of([TOKEN, Chain("subject", ("Patient",), named)], ["Observation"], world)
    few = outlook_of(
        [Has("Observation", "subject", named), Match("name", (StringTest("starts", "z"),))], ["Patient"], world
    )
    opened.close()
    assert many == Outlook(None, is_findable=True)
    assert few.few is not None
    assert few.few[2] == 0


@pytest.mark.parametrize("descending", [False, True])
async def test_a_page_in_the_order_of_codes_takes_one_code_after_another(store, descending):
    await put(
        store, *(change(f"Observation/{at:03}", code=code("ab"[at % 2], "s"), n=number("1")) for at in range(200))
    )
    asked = Query(("Observation",), sort=(SortKey("code", descending), SortKey("_id", descending=True)), count=3)
    first = await store.search(asked)
    further = await store.search(replace(asked, after=first.last))
    ids = [key.id for key in (*first.keys, *further.keys)]
    assert ids == (
        ["199", "197", "195", "193", "191", "189"] if descending else ["198", "196", "194", "192", "190", "188"]
    )


async def test_a_read_looks_up_three_rows_at_most(connection):
    statement = "SELECT v.body FROM resource r CROSS JOIN version v ON v.seq = r.seq WHERE r.type = ? AND r.id = ?"
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", (1, "1"))]
    assert plan == [
        "SEARCH r USING INDEX resource_key (type=? AND id=?)",
        "SEARCH v USING INTEGER PRIMARY KEY (rowid=?)",
    ]
