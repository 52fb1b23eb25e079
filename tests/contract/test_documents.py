from __future__ import annotations

import asyncio

import pytest

pytestmark = pytest.mark.anyio


async def _all(entries):
    return [each async for each in entries]


async def test_documents_are_saved_replaced_and_removed_by_name(store):
    async def first(transaction):
        await transaction.save("client", "b", {"name": "乙", "n": 1})
        await transaction.save("client", "a", {"name": "甲"})
        await transaction.save("other", "a", {})
        return await transaction.load("client", "b")

    async def second(transaction):
        await transaction.save("client", "b", {"name": "丙", "list": [1, 2.5, None, True]})
        await transaction.save("client", "a", None)
        await transaction.save("client", "never", None)

    assert await store.commit(first) == {"name": "乙", "n": 1}
    assert await store.listed("client") == [("a", {"name": "甲"}), ("b", {"name": "乙", "n": 1})]
    await store.commit(second)
    assert await store.load("client", "a") is None
    assert await store.load("nothing", "a") is None
    assert await store.listed("client") == [("b", {"name": "丙", "list": [1, 2.5, None, True]})]
    assert await store.listed("other") == [("a", {})]


async def test_every_document_of_a_large_collection_is_given(store):
    async def work(transaction):
        for number in range(1234):
            await transaction.save("many", f"{number:05}", {"n": number})

    await store.commit(work)
    assert [document["n"] for _, document in await store.listed("many")] == list(range(1234))


async def test_many_documents_are_loaded_by_their_names_and_those_that_are_not_there_left_out(store):
    await _save(store, "one", (f"a/{number}" for number in range(2345)))
    await _save(store, "two", ("a/1", "a/9999"))
    wanted = [f"a/{number}" for number in range(1, 4000, 2)]
    assert await store.loaded("one", wanted) == {name: {"name": name} for name in wanted[:1172]}
    assert await store.loaded("one", ("a/0", "a/0", "never")) == {"a/0": {"name": "a/0"}}
    assert await store.loaded("one", ()) == {}


async def test_within_a_transaction_its_own_documents_are_loaded_too(store):
    await _save(store, "one", ("a", "b", "c", "d"))

    async def work(transaction):
        await transaction.load("one", "c")
        await transaction.save("one", "b", {"name": "changed"})
        await transaction.save("one", "c", None)
        await transaction.save("one", "e", {"name": "e"})
        found = await transaction.loaded("one", ("b", "c", "d", "e", "f"))
        await transaction.save("one", "d", None)
        return found, await transaction.loaded("one", ("d", "e"))

    expected = {"b": {"name": "changed"}, "d": {"name": "d"}, "e": {"name": "e"}}
    assert await store.commit(work) == (expected, {"e": {"name": "e"}})


NAMES = ("a/1", "a/10", "a/2", "a/É", "a/\ud7ff", "a/\ue000", "a/😀", "a0", "aa", "b", "Z", "p/1/1", "p/1/2", "p/10/1")
QUESTIONS = (
    {},
    {"prefix": "a/"},
    {"prefix": "a"},
    {"prefix": "p/1/"},
    {"prefix": "a/\ud7ff"},
    {"prefix": "a/\U0010ffff"},
    {"prefix": "none"},
    {"after": "a/2"},
    {"after": "a/15"},
    {"prefix": "a/", "after": "a/2"},
    {"prefix": "a/", "after": "Z"},
    {"prefix": "a/", "after": "b"},
    {"prefix": "a/", "count": 2},
    {"prefix": "a/", "after": "a/10", "count": 2},
    {"count": 0},
    {"count": 100},
)


def _expected(names, prefix="", after="", count=None):
    return sorted(name for name in names if name.startswith(prefix) and name > after)[:count]


async def _save(store, collection, names, removed=()):
    async def work(transaction):
        for name in names:
            await transaction.save(collection, name, {"name": name})
        for name in removed:
            await transaction.save(collection, name, None)

    await store.commit(work)


@pytest.mark.parametrize("question", QUESTIONS, ids=ascii)
async def test_a_range_of_documents_is_listed_in_the_order_of_code_points(store, question):
    await _save(store, "one", NAMES)
    await _save(store, "on", ("a/1", "a/3"))
    await _save(store, "one0", ("a/1", "a/3"))
    expected = _expected(NAMES, **question)
    assert await store.listed("one", **question) == [(name, {"name": name}) for name in expected]


@pytest.mark.parametrize("question", QUESTIONS, ids=ascii)
async def test_within_a_transaction_its_own_documents_are_listed_too(store, question):
    await _save(store, "one", (*NAMES, "a/20", "a/3", "gone"))
    added, removed = ("a/11", "a/~", "c"), ("a/20", "a/3", "gone", "never")

    async def work(transaction):
        await transaction.load("one", "a/2")
        await transaction.load("one", "a/15")
        for name in added:
            await transaction.save("one", name, {"name": name})
        for name in removed:
            await transaction.save("one", name, None)
        await transaction.save("one", "a/1", {"name": "changed"})
        return await transaction.listed("one", **question)

    expected = _expected((*NAMES, *added), **question)
    assert await store.commit(work) == [(name, {"name": "changed" if name == "a/1" else name}) for name in expected]
    assert [name for name, _ in await store.listed("one", **question)] == expected


async def test_a_list_that_was_read_still_holds_when_the_work_is_committed(store):
    """Many give the next number at once; each number is given once."""

    async def add(transaction):
        number = len(await transaction.listed("numbered", prefix="n/"))
        await transaction.save("numbered", f"n/{number:04}", {})

    await asyncio.gather(*(store.commit(add) for _ in range(50)))
    assert [name for name, _ in await store.listed("numbered")] == [f"n/{number:04}" for number in range(50)]


async def test_what_work_that_fails_has_saved_is_listed_for_nobody(store):
    async def fail(transaction):
        await transaction.save("one", "a", {})
        await transaction.listed("one")
        raise ValueError

    async def look(transaction):
        return await transaction.listed("one")

    failed, seen = await asyncio.gather(store.commit(fail), store.commit(look), return_exceptions=True)
    assert isinstance(failed, ValueError)
    assert (seen, await store.listed("one")) == ([], [])


async def test_a_log_keeps_its_order_and_numbers(store):
    async def add(*entries):
        async def work(transaction):
            await transaction.append("audit", entries)
            await transaction.append("evidence", [{"of": len(entries)}])

        await store.commit(work)

    await add({"n": 1}, {"n": 2})
    await add({"n": 3})
    entries = await _all(store.log("audit"))
    assert [entry["n"] for _, entry in entries] == [1, 2, 3]
    numbers = [number for number, _ in entries]
    assert numbers == sorted(set(numbers))
    assert await _all(store.log("audit", after=numbers[1])) == entries[2:]
    assert await _all(store.log("audit", after=numbers[2])) == []
    assert [entry["of"] for _, entry in await _all(store.log("evidence"))] == [2, 1]
    assert await _all(store.log("nothing")) == []


async def test_the_number_of_the_last_entry_of_a_log_is_told(store):
    assert await store.last_number("audit") == 0

    async def work(transaction):
        await transaction.append("audit", [{"of": 1}, {"of": 2}])
        await transaction.append("evidence", [{"of": 3}])

    await store.commit(work)
    for log in ("audit", "evidence"):
        assert await store.last_number(log) == (await _all(store.log(log)))[-1][0]
    assert await store.last_number("nothing") == 0
