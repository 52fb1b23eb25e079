from __future__ import annotations

from dataclasses import replace

import pytest

from fhir_kernel.store.criteria import All, Match, Query, SortKey, TokenTest
from fhir_kernel.store.values import DateValue, ReferenceValue
from tests.contract.world import change, code, deletion, later, number, put, text

pytestmark = pytest.mark.anyio


async def _pages(store, query):
    """The ids of every page."""
    pages = []
    while True:
        page = await store.search(query)
        pages.append([key.id for key in page.keys])
        if page.last is None:
            return pages
        query = replace(query, after=page.last)


async def _some(store):
    await put(
        store,
        change("Basic/1", at=5, name=text("b"), date=DateValue(30, 40), code=code("z"), n=number("2")),
        change("Basic/2", at=4, name=[text("a"), text("z")], date=DateValue(10, 20), code=code("y"), n=number("10")),
        change("Basic/3", at=3, name=text("b"), date=[DateValue(20, 21), DateValue(90, 91)], n=number("-1")),
        change("Basic/4", at=2, code=code("x"), ref=ReferenceValue("Patient", "b")),
        change("Basic/5", at=1, name=text("c"), date=DateValue(5, 50), ref=ReferenceValue("Patient", "a")),
    )


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ([], "12345"),
        ([SortKey("_id", descending=True)], "54321"),
        ([SortKey("_lastUpdated")], "54321"),
        ([SortKey("_lastUpdated", descending=True)], "12345"),
        ([SortKey("name")], "21354"),
        ([SortKey("name", descending=True)], "25134"),
        ([SortKey("date")], "52314"),
        ([SortKey("date", descending=True)], "31254"),
        ([SortKey("code")], "42135"),
        ([SortKey("code", descending=True)], "12435"),
        ([SortKey("n")], "31245"),
        ([SortKey("n", descending=True)], "21345"),
        ([SortKey("ref")], "54123"),
        ([SortKey("ref", descending=True)], "45123"),
        ([SortKey("unknown")], "12345"),
        ([SortKey("name"), SortKey("date", descending=True)], "23154"),
        ([SortKey("name", descending=True), SortKey("_id", descending=True)], "25314"),
    ],
)
@pytest.mark.parametrize("count", [1, 2, 50])
async def test_pages_follow_the_order_and_leave_nothing_out(store, sort, ids, count):
    await _some(store)
    pages = await _pages(store, Query(("Basic",), sort=tuple(sort), count=count))
    assert "".join(id_ for page in pages for id_ in page) == ids
    assert {len(page) for page in pages[:-1]} <= {count}
    assert pages[-1]


async def test_types_are_ordered_by_name(store):
    await put(store, change("Zoo/1", name=text("a")), change("Basic/2", name=text("b")), change("Basic/1"))
    assert await _pages(store, Query(("Zoo", "Basic"), count=2)) == [["1", "2"], ["1"]]
    assert await _pages(store, Query(("Zoo", "Basic"), sort=(SortKey("name"),), count=1)) == [["1"], ["2"], ["1"]]


async def test_a_page_says_whether_there_is_another_and_how_many_there_are(store):
    await put(store, *(change(f"Basic/{at}", code=code("odd" if at % 2 else "even")) for at in range(6)))
    odd = Match("code", (TokenTest(None, "odd"),))
    page = await store.search(Query(("Basic",), odd, count=2, total=True))
    assert (len(page.keys), page.total) == (2, 3)
    assert page.last is not None
    page = await store.search(Query(("Basic",), odd, count=2, total=True, after=page.last))
    assert (len(page.keys), page.total, page.last) == (1, 3, None)
    page = await store.search(Query(("Basic",), odd, count=3))
    assert (page.last, page.total) == (None, None)
    page = await store.search(Query(("Basic",), odd, count=0, total=True))
    assert (list(page.keys), page.total) == ([], 3)
    assert (await store.search(Query(("Nothing",), total=True))).total == 0


async def test_what_is_written_later_stands_in_no_page_of_before(store):
    await put(store, *(change(f"Basic/{at}") for at in range(4)))
    query = Query(("Basic",), All(), count=2, as_of=later(5), total=True)
    first = await store.search(query)
    await put(store, change("Basic/25", at=6), change("Basic/3", 2, at=7), deletion("Basic/0", 2, at=7))
    second = await store.search(replace(query, after=first.last))
    assert [key.id for key in second.keys] == ["2"]
    assert second.total == 2
    assert (await store.search(replace(query, as_of=later(6)))).total == 3
