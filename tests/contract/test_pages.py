from __future__ import annotations

from dataclasses import replace
from random import Random

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


async def test_what_is_made_later_stands_in_no_page_of_before(store):
    await put(store, *(change(f"Basic/{at}") for at in range(4)))
    query = Query(("Basic",), All(), count=2, as_of=later(5), total=True)
    first = await store.search(query)
    await put(store, change("Basic/25", at=6), change("Basic/3", 2, at=7), deletion("Basic/0", 2, at=7))
    second = await store.search(replace(query, after=first.last))
    assert [key.id for key in second.keys] == ["2", "3"]
    assert second.total == 3
    assert (await store.search(replace(query, as_of=later(6)))).total == 4


@pytest.mark.parametrize("sort", [[], ["_id"], ["name"], ["code"], ["date"], ["n"], ["name", "date"]])
async def test_what_is_changed_meanwhile_keeps_its_place(store, sort):
    await put(store, *(_same(f"Basic/{at}") for at in range(6)))
    query = Query(("Basic",), All(), tuple(map(SortKey, sort)), count=2, as_of=later(5))
    first = await store.search(query)
    await put(store, _same("Basic/1", 2, at=6), _same("Basic/2", 2, at=6), _same("Basic/5", 2, at=6))
    await put(store, _same("Basic/2", 3, at=7))
    rest = await _pages(store, replace(query, after=first.last))
    assert [[key.id for key in first.keys], *rest] == [["0", "1"], ["2", "3"], ["4", "5"]]


def _same(key, version=1, *, at=0):
    more = {"code": code("x"), "n": number("1"), "date": DateValue(10, 20)}
    return change(key, version, at=at, name=text("a"), **more)


async def test_what_is_changed_so_that_it_no_longer_fits_is_on_no_page(store):
    await put(store, *(change(f"Basic/{at}", code=code("x")) for at in range(3)))
    query = Query(("Basic",), Match("code", (TokenTest(None, "x"),)), count=1, as_of=later(5))
    first = await store.search(query)
    await put(store, change("Basic/1", 2, at=6, code=code("y")))
    assert await _pages(store, replace(query, after=first.last)) == [["2"]]


async def test_what_is_deleted_and_made_again_is_new(store):
    await put(store, change("Basic/1"), change("Basic/2"), change("Basic/3"), deletion("Basic/3", 2))
    await put(store, deletion("Basic/1", 2, at=6), change("Basic/3", 3, at=6))
    await put(store, change("Basic/1", 3, at=7), change("Basic/2", 2, at=7), change("Basic/3", 4, at=7))
    assert await _pages(store, Query(("Basic",), as_of=later(5))) == [["2"]]
    assert await _pages(store, Query(("Basic",), as_of=later(6))) == [["2", "3"]]
    assert await _pages(store, Query(("Basic",), as_of=later(7))) == [["1", "2", "3"]]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("sort", [[], [SortKey("name")], [SortKey("date", descending=True)], [SortKey("code")]])
async def test_who_pages_while_others_write_meets_everything_once(store, seed, sort):
    world = _Changing(Random(seed))
    await put(store, *(world.made(f"{at:02}") for at in range(24)))
    query = Query(("Basic",), Match("flag", (TokenTest(None, "on"),)), tuple(sort), count=5, as_of=later(1))
    expected = {id_ for id_, (_, fits) in world.there.items() if fits}
    seen = []
    while True:
        page = await store.search(query)
        seen += [key.id for key in page.keys]
        if page.last is None:
            break
        await put(store, *world.writes())
        query = replace(query, after=page.last)
    assert len(seen) == len(set(seen))
    assert expected - world.touched <= set(seen) <= expected | world.touched


class _Changing:
    """Resources that are changed at random; what they are sorted by stays as it is."""

    def __init__(self, random):
        self.random, self.at = random, 0
        self.there, self.touched = {}, set()

    def made(self, id_):
        return self._written(id_, 1, fits=self.random.random() < 0.7)

    def _written(self, id_, version, *, fits):
        self.there[id_] = version, fits
        place = Random(id_)
        values = {
            "name": text(place.choice("abcd")),
            "date": DateValue(low := place.randrange(5), low + 1),
            "code": code(place.choice("xyz")),
            "flag": code("on" if fits else "off"),
        }
        return change(f"Basic/{id_}", version, at=self.at, **values)

    def writes(self):
        """Changes that keep it fitting, and such that do not, deletions, and new ones."""
        self.at += 2
        for id_ in self.random.sample(sorted(self.there), 8):
            version, fits = self.there[id_]
            kind = self.random.choice(["same", "same", "otherwise", "gone"])
            if kind != "same":
                self.touched.add(id_)
            if kind == "gone":
                del self.there[id_]
                yield deletion(f"Basic/{id_}", version + 1, at=self.at)
            else:
                yield self._written(id_, version + 1, fits=fits if kind == "same" else not fits)
        yield self._written(f"{self.random.randrange(100)}-{self.at}", 1, fits=True)
