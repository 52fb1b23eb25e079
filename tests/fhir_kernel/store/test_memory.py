from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from fhir_kernel.errors import VersionConflict
from fhir_kernel.store.criteria import All, Chain, Has, Match, Missing, Not, Query, Some, SortKey, TokenTest, WithId
from fhir_kernel.store.memory import MemoryStore
from fhir_kernel.store.records import Change, Key, Version
from fhir_kernel.store.values import NumberValue, ReferenceValue, TokenValue

START = datetime(2024, 1, 1, tzinfo=UTC)
EVERYTHING = All()


def change(name, number=1, *, body=b"{}", **values):
    key = Key(*name.split("/"))
    return Change(Version(key, number, START + timedelta(seconds=number), "PUT", body), values)


def run(*steps):
    """Each step is a list of changes, committed together; the store afterwards."""

    async def work():
        store = MemoryStore()
        for changes in steps:
            await store.commit(lambda transaction, changes=changes: transaction.write(changes))
        return store

    return asyncio.run(work())


def ids(store, criterion=EVERYTHING, types=("Patient",), **more):
    return [key.id for key in asyncio.run(store.search(Query(types, criterion, **more))).keys]


def code(text):
    return [TokenValue("", text)]


def test_a_commit_is_kept_whole_or_not_at_all():
    store = run([change("Patient/1")])
    with pytest.raises(VersionConflict):
        asyncio.run(store.commit(lambda transaction: transaction.write([change("Patient/2"), change("Patient/1")])))
    assert ids(store) == ["1"]


def test_a_transaction_sees_what_it_wrote():
    async def work(transaction):
        await transaction.write([change("Patient/1", code=code("a"))])
        found = await transaction.search(Query(("Patient",), Match("code", (TokenTest(None, "a"),))))
        return list(found.keys)

    assert asyncio.run(MemoryStore().commit(work)) == [Key("Patient", "1")]


def test_a_deleted_resource_is_read_as_deleted_and_not_found():
    store = run([change("Patient/1")], [change("Patient/1", 2, body=None)])
    assert asyncio.run(store.read(Key("Patient", "1"))).is_deleted
    assert asyncio.run(store.read_many([Key("Patient", "1")])) == {}
    assert ids(store) == []
    assert [each.number for _, each in asyncio.run(store.history("Patient"))] == [2, 1]


def test_history_is_paged_by_place():
    store = run(*[[change(f"Patient/{each}")] for each in range(5)])
    first = asyncio.run(store.history(None, count=2))
    second = asyncio.run(store.history(None, count=2, before=first[-1][0]))
    assert [each.key.id for _, each in (*first, *second)] == ["4", "3", "2", "1"]


def test_references_are_followed_both_ways():
    to = [ReferenceValue("Patient", "1")]
    store = run(
        [change("Patient/1", code=code("a")), change("Patient/2")],
        [change("Observation/3", subject=to), change("Observation/4")],
    )
    leads = Chain("subject", ("Patient",), Match("code", (TokenTest(None, "a"),)))
    assert ids(store, leads, ("Observation",)) == ["3"]
    assert ids(store, Has("Observation", "subject", All())) == ["1"]
    assert ids(store, Not(Has("Observation", "subject", WithId(frozenset("4"))))) == ["1", "2"]
    assert ids(store, Missing("code")) == ["2"]
    assert ids(store, Some()) == []


@pytest.mark.parametrize(("descending", "expected"), [(False, "bcad"), (True, "acbd")])
def test_what_has_no_value_comes_last_in_either_order(descending, expected):
    def values(*numbers):
        return [NumberValue(each, each, each) for each in numbers]

    store = run(
        [change("Patient/a", n=values(3, 9)), change("Patient/b", n=values(1)), change("Patient/c", n=values(2))],
        [change("Patient/d")],
    )
    assert "".join(ids(store, sort=(SortKey("n", descending),))) == expected


def test_pages_hold_still_while_others_write():
    async def work():
        store = run_first
        query = Query(("Patient",), count=2, as_of=START + timedelta(seconds=1), total=True)
        first = await store.search(query)
        await store.commit(lambda transaction: transaction.write([change("Patient/c", 2)]))
        rest = await store.search(Query(("Patient",), count=2, as_of=query.as_of, after=first.last))
        return [key.id for key in (*first.keys, *rest.keys)], first.total, rest.last

    run_first = run([change(f"Patient/{each}") for each in "abcd"])
    assert asyncio.run(work()) == (["a", "b", "c", "d"], 4, None)


def test_documents_and_logs_are_kept_beside_resources():
    async def work():
        store = MemoryStore()

        async def write(transaction):
            await transaction.save("client", "x", {"name": "X"})
            await transaction.append("audit", [{"n": 1}, {"n": 2}])
            return await transaction.load("client", "x")

        assert await store.commit(write) == {"name": "X"}
        await store.commit(lambda transaction: transaction.save("client", "x", None))
        return await store.listed("client"), [each async for each in store.log("audit", after=1)]

    assert asyncio.run(work()) == ([], [(2, {"n": 2})])


def test_a_version_that_is_no_longer_current_is_not_reindexed():
    store = run([change("Patient/1", code=code("a"))], [change("Patient/1", 2, code=code("b"))])
    asyncio.run(store.reindex([change("Patient/1", 1, code=code("old"))]))
    assert asyncio.run(store.tokens("Patient", "code")) == [TokenValue("", "b")]
    asyncio.run(store.reindex([change("Patient/1", 2, code=code("new"))]))
    assert asyncio.run(store.tokens("Patient", "code")) == [TokenValue("", "new")]
