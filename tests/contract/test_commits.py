from __future__ import annotations

import asyncio

import pytest

from fhir_kernel.errors import VersionConflict
from fhir_kernel.store.criteria import All, Match, Query, TokenTest
from fhir_kernel.store.records import Key
from tests.contract.world import change, code, found, put

pytestmark = pytest.mark.anyio


class _Refused(Exception):
    pass


async def test_work_that_raises_leaves_nothing_behind(store):
    async def work(transaction):
        await transaction.write([change("Patient/1", gender=code("male"))])
        await transaction.save("client", "a", {})
        await transaction.append("audit", [{}])
        raise _Refused

    with pytest.raises(_Refused):
        await store.commit(work)
    assert await store.read(Key("Patient", "1")) is None
    assert await store.history(None) == []
    assert await found(store, "Patient", All()) == []
    assert await store.load("client", "a") is None
    assert [each async for each in store.log("audit")] == []


async def test_work_gives_what_it_returns(store):
    async def work(transaction):
        return await transaction.read(Key("Patient", "1"))

    assert await store.commit(work) is None


async def test_work_sees_what_it_has_written_and_others_do_not_until_it_is_committed(store):
    async def work(transaction):
        await transaction.write([change("Patient/1", gender=code("male"))])
        query = Query(("Patient",), Match("gender", (TokenTest(None, "male"),)))
        seen = await transaction.search(query)
        return (
            await transaction.read(Key("Patient", "1")),
            seen.keys,
            await transaction.read_many([Key("Patient", "1")]),
        )

    version, keys, many = await store.commit(work)
    assert version is not None
    assert list(keys) == [Key("Patient", "1")]
    assert list(many) == [Key("Patient", "1")]


async def test_of_much_work_at_once_only_what_raises_is_undone(store):
    async def commit(number):
        async def work(transaction):
            await transaction.write([change(f"Patient/{number:02}", gender=code(f"g{number}"))])
            if number % 3 == 0:
                raise _Refused

        await store.commit(work)

    outcomes = await asyncio.gather(*(commit(number) for number in range(40)), return_exceptions=True)
    assert [isinstance(each, _Refused) for each in outcomes] == [number % 3 == 0 for number in range(40)]
    assert await found(store, "Patient", All()) == [f"{number:02}" for number in range(40) if number % 3]
    # A type and codes that were first met in work that was undone are found when they come again.
    await put(store, change("Patient/00", gender=code("g0")))
    assert await found(store, "Patient", Match("gender", (TokenTest(None, "g0"),))) == ["00"]


async def test_of_many_who_create_on_a_condition_one_creates(store):
    async def create(number):
        async def work(transaction):
            wanted = Match("identifier", (TokenTest("urn:id", "110101199003070011"),))
            known = await transaction.search(Query(("Patient",), wanted, count=2))
            if known.keys:
                return None
            identifier = code("110101199003070011", "urn:id")
            await transaction.write([change(f"Patient/{number}", identifier=identifier)])
            return number

        return await store.commit(work)

    creators = [each for each in await asyncio.gather(*map(create, range(64))) if each is not None]
    assert len(creators) == 1
    assert await found(store, "Patient", All()) == [str(creators[0])]


async def test_of_many_who_update_one_version_one_does(store):
    await put(store, change("Patient/1"))
    outcomes = await asyncio.gather(
        *(put(store, change("Patient/1", 2, at=at)) for at in range(16)), return_exceptions=True
    )
    assert sum(each is None for each in outcomes) == 1
    assert sum(isinstance(each, VersionConflict) for each in outcomes) == 15


async def test_counting_up_by_many_loses_nothing(store):
    async def count(transaction):
        document = await transaction.load("tally", "n") or {"n": 0}
        await transaction.save("tally", "n", {"n": document["n"] + 1})

    await asyncio.gather(*(store.commit(count) for _ in range(50)))
    assert await store.load("tally", "n") == {"n": 50}
