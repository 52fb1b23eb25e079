from __future__ import annotations

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
    assert await _all(store.documents("client")) == [("a", {"name": "甲"}), ("b", {"name": "乙", "n": 1})]
    await store.commit(second)
    assert await store.load("client", "a") is None
    assert await store.load("nothing", "a") is None
    assert await _all(store.documents("client")) == [("b", {"name": "丙", "list": [1, 2.5, None, True]})]
    assert await _all(store.documents("other")) == [("a", {})]


async def test_every_document_of_a_large_collection_is_given(store):
    async def work(transaction):
        for number in range(1234):
            await transaction.save("many", f"{number:05}", {"n": number})

    await store.commit(work)
    assert [document["n"] async for _, document in store.documents("many")] == list(range(1234))


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
