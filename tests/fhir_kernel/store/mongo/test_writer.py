"""What several processes do to one database, each here a store of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from fhir_kernel.errors import LimitExceeded, VersionConflict
from fhir_kernel.store.base import Transaction
from fhir_kernel.store.criteria import All, Match, Query, TokenTest
from fhir_kernel.store.mongo.store import MongoStore, open_mongo
from fhir_kernel.store.mongo.transaction import BLOCK
from fhir_kernel.store.records import Change, Key, Version
from tests.contract.world import change, code, found, put

Test = Callable[[Sequence[MongoStore]], Awaitable[None]]


def _with_stores(url: str, many: int, test: Test) -> None:
    async def run() -> None:
        stores = [await open_mongo(url) for _ in range(many)]
        try:
            await test(stores)
        finally:
            for each in stores:
                await each.close()

    asyncio.run(run())


def test_of_conditional_creates_in_several_processes_one_of_each_criterion_wins(database_url: str) -> None:
    async def test(stores: Sequence[MongoStore]) -> None:
        async def create(number: int, identifier: str) -> bool:
            async def work(transaction: Transaction) -> bool:
                query = Query(("Patient",), Match("identifier", (TokenTest("urn:id", identifier),)))
                if (await transaction.search(query)).keys:
                    return False
                made = change(f"Patient/{identifier}-{number}", identifier=code(identifier, "urn:id"))
                await transaction.write([made])
                return True

            return await stores[number % len(stores)].commit(work)

        for round_ in range(10):
            wins = await asyncio.gather(*(create(number, f"i{round_}") for number in range(64)))
            assert sum(wins) == 1
            assert len(await found(stores[0], "Patient", Match("identifier", (TokenTest(None, f"i{round_}"),)))) == 1

    _with_stores(database_url, 3, test)


def test_what_a_work_has_read_still_holds_when_another_resource_is_written(database_url: str) -> None:
    """Each looks whether the other is there and writes only if it is not: under snapshots alone both would."""

    async def test(stores: Sequence[MongoStore]) -> None:
        async def write(store: MongoStore, own: str, other: str) -> None:
            async def work(transaction: Transaction) -> None:
                if await transaction.read(Key("Basic", other)) is None:
                    await transaction.write([change(f"Basic/{own}")])

            await store.commit(work)

        for number in range(20):
            left, right = f"l{number}", f"r{number}"
            await asyncio.gather(write(stores[0], left, right), write(stores[1], right, left))
            assert len(await stores[0].read_many([Key("Basic", left), Key("Basic", right)])) == 1

    _with_stores(database_url, 2, test)


def test_of_updates_to_one_version_one_wins(database_url: str) -> None:
    async def test(stores: Sequence[MongoStore]) -> None:
        await put(stores[0], change("Basic/1"))
        for number in range(2, 12):
            outcomes = await asyncio.gather(
                *(put(each, change("Basic/1", number)) for each in stores for _ in range(8)), return_exceptions=True
            )
            assert outcomes.count(None) == 1
            assert sum(isinstance(each, VersionConflict) for each in outcomes) == len(outcomes) - 1

    _with_stores(database_url, 3, test)


def test_places_appear_in_order_so_that_who_follows_a_log_misses_nothing(database_url: str) -> None:
    async def test(stores: Sequence[MongoStore]) -> None:
        done = asyncio.Event()

        async def add(store: MongoStore, name: str) -> None:
            for number in range(30):

                async def work(transaction: Transaction, number: int = number) -> None:
                    await transaction.append("audit", [{"by": name, "n": number}])

                await store.commit(work)

        async def follow() -> int:
            seen = last = 0
            while True:
                complete = done.is_set()
                async for place, _ in stores[0].log("audit", after=last):
                    assert place > last
                    seen, last = seen + 1, place
                if complete:
                    return seen

        following = asyncio.create_task(follow())
        await asyncio.gather(*(add(each, str(at)) for at, each in enumerate(stores)))
        done.set()
        assert await following == 90

    _with_stores(database_url, 3, test)


def test_a_work_may_write_more_than_one_block_of_places(database_url: str) -> None:
    async def test(stores: Sequence[MongoStore]) -> None:
        async def work(transaction: Transaction) -> None:
            await transaction.append("audit", [{}] * (BLOCK + 10))
            await transaction.write([change("Basic/1")])

        await stores[0].commit(work)
        assert len([each async for each in stores[0].log("audit")]) == BLOCK + 10

    _with_stores(database_url, 1, test)


def test_a_work_that_fails_after_a_search_takes_none_of_its_company_with_it(database_url: str) -> None:
    async def test(stores: Sequence[MongoStore]) -> None:
        async def commit(number: int) -> None:
            async def work(transaction: Transaction) -> None:
                await transaction.write([change(f"Basic/{number:02}")])
                await transaction.search(Query(("Basic",), All()))
                if number % 2:
                    raise ValueError(number)

            await stores[0].commit(work)

        outcomes = await asyncio.gather(*(commit(number) for number in range(16)), return_exceptions=True)
        assert [isinstance(each, ValueError) for each in outcomes] == [bool(number % 2) for number in range(16)]
        assert await found(stores[0], "Basic", All()) == [f"{number:02}" for number in range(0, 16, 2)]

    _with_stores(database_url, 1, test)


def test_a_resource_too_large_for_a_document_is_refused_with_its_reason_and_alone(database_url: str) -> None:
    async def test(stores: Sequence[MongoStore]) -> None:
        large = change("Basic/large")
        body = b'"' + b"x" * 17_000_000 + b'"'
        version = Version(large.version.key, 1, large.version.updated, "POST", body)
        outcomes = await asyncio.gather(
            put(stores[0], change("Basic/1")),
            put(stores[0], Change(version)),
            put(stores[0], change("Basic/2")),
            return_exceptions=True,
        )
        assert isinstance(outcomes[1], LimitExceeded)
        assert "16 MB" in str(outcomes[1])
        assert await found(stores[0], "Basic", All()) == ["1", "2"]

    _with_stores(database_url, 1, test)


def test_a_search_that_takes_too_long_is_ended_with_its_reason(database_url: str) -> None:
    async def test(stores: Sequence[MongoStore]) -> None:
        await put(stores[0], *(change(f"Basic/{number}", code=code(str(number))) for number in range(2_000)))
        hasty = await open_mongo(database_url, query_seconds=0.001)
        try:
            asked = Match("code", tuple(TokenTest(None, str(number)) for number in range(2_000)))
            with pytest.raises(LimitExceeded, match="longer"):
                await asyncio.gather(*(hasty.count("Basic", asked) for _ in range(100)))
        finally:
            await hasty.close()

    _with_stores(database_url, 1, test)


def test_a_caller_who_goes_away_hinders_nobody(database_url: str) -> None:
    async def test(stores: Sequence[MongoStore]) -> None:
        tasks = [asyncio.create_task(put(stores[0], change(f"Basic/{number}"))) for number in range(10)]
        await asyncio.sleep(0)
        for each in tasks[::2]:
            each.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert outcomes[1::2] == [None] * 5
        assert set(await found(stores[0], "Basic", All())) >= {"1", "3", "5", "7", "9"}

    _with_stores(database_url, 1, test)
