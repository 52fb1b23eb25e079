"""Search parameters that clients add, on every store: what is found by them, and when."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count

import pytest

from conformance.evidence import Sender
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.store.records import Key
from fhir_server.intents import Intent
from fhir_server.outcomes import RequestRefused
from fhir_server.planning import Planner
from fhir_server.repository import Repository
from fhir_server.search import backlog
from fhir_server.search.context import SearchContext
from fhir_server.search.index import SearchIndex
from fhir_server.search.parse import parse_search
from fhir_server.search.reindex import Reindexer
from fhir_server.search.upkeep import COLLECTION, DEFINITIONS, REINDEX, Upkeep

pytestmark = pytest.mark.anyio
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
NICK = {
    "resourceType": "SearchParameter",
    "id": "nick",
    "url": "http://example.org/sp/nick",
    "name": "Nick",
    "description": "The nickname",
    "code": "nick",
    "base": ["Patient"],
    "type": "token",
    "status": "active",
    "expression": "Patient.name.where(use='nickname').text",
}


@cache
def core():
    return open_core()


class Process:
    """One process of several that share a store: its own index, its own way to write."""

    numbers = count()

    def __init__(self, store, catalog=None):
        self.store, self.time = store, NOW
        self.index = SearchIndex(catalog or core())
        self.upkeep = Upkeep(store, self.index, lambda: f"token-{next(self.numbers)}")
        planner = Planner(self.index.values, None, self.index.model, self.clock)
        self.repository = Repository(store, planner, self.clock, None, self.upkeep.fence)

    def clock(self):
        return self.time

    async def put(self, *resources):
        intents = [Intent("PUT", each["resourceType"], each["id"], resource=each) for each in resources]
        await self.repository.write(intents, Sender())

    async def delete(self, type_, id_):
        await self.repository.write([Intent("DELETE", type_, id_)], Sender())

    async def ids(self, query, type_="Patient"):
        """The ids of what a search finds, as this process understands it now."""
        pairs = [tuple(each.split("=", 1)) for each in query.split("&")]
        found = await self.store.search(parse_search(self.index, (type_,), pairs, SearchContext(NOW)).query)
        return [key.id for key in found.keys]

    async def refusal(self, query, type_="Patient"):
        with pytest.raises(RequestRefused) as caught:
            await self.ids(query, type_)
        return caught.value.status, str(caught.value)

    def reindexer(self, holder="one", batch=2):
        return Reindexer(self.store, self.upkeep, holder, self.clock, batch=batch, rest=0)


def patient(id_, nick):
    return {"resourceType": "Patient", "id": id_, "name": [{"use": "nickname", "text": nick}]}


@pytest.fixture
async def process(store):
    made = Process(store)
    await made.upkeep.open()
    return made


async def five_patients(process):
    await process.put(*[patient(f"p{each}", f"n{each}") for each in range(5)])


async def test_a_parameter_of_a_type_without_resources_is_searched_by_at_once(process):
    await process.put(NICK)
    await process.put(patient("a", "bunny"))
    assert await process.ids("nick=bunny") == ["a"]


async def test_until_resources_of_before_are_indexed_a_search_is_refused_and_then_finds_them(process):
    await five_patients(process)
    await process.put(NICK)
    await process.upkeep.refresh()
    assert await process.refusal("nick=n3") == (
        503,
        "Patient cannot be searched by 'nick' yet: it is being indexed, 0 of all done; ask again later, "
        "see Patient/$reindex",
    )
    assert (await process.refusal("_has:Observation:subject:code=1&_sort=nick"))[0] == 503
    assert (await process.refusal("subject.nick=n3", "Observation"))[0] == 503
    assert await process.ids("_id=p3") == ["p3"]
    assert await process.reindexer().run()
    await process.upkeep.refresh()
    assert await process.ids("nick=n3") == ["p3"]


async def test_what_is_written_in_the_transaction_of_the_parameter_is_found(process):
    await process.put(patient("a", "bunny"), NICK, patient("b", "bunny"))
    assert await process.reindexer().run()
    await process.upkeep.refresh()
    assert await process.ids("nick=bunny") == ["a", "b"]


async def test_another_process_writes_by_a_parameter_that_it_has_not_heard_of_yet(store, process):
    other = Process(store)
    await other.upkeep.open()
    await process.put(NICK)
    await other.put(patient("a", "bunny"))
    await process.upkeep.refresh()
    assert await process.ids("nick=bunny") == ["a"]
    assert await other.ids("nick=bunny") == ["a"]


async def test_a_retired_or_deleted_parameter_is_gone_and_its_values_with_it(store, process):
    await process.put(NICK, {**NICK, "id": "two", "url": "http://example.org/sp/two", "code": "two"})
    await process.put(patient("a", "bunny"))
    await process.put({**NICK, "status": "retired"})
    await process.delete("SearchParameter", "two")
    await process.upkeep.refresh()
    assert (await process.refusal("nick=bunny"))[0] == 400
    assert (await process.refusal("two=bunny"))[0] == 400
    assert backlog.jobs(await store.load(COLLECTION, REINDEX))[0].codes == ()
    assert await process.reindexer().run()
    assert await store.tokens("Patient", "nick") == []


async def test_a_changed_expression_is_searched_by_once_everything_is_indexed_by_it(process):
    await process.put(NICK)
    await process.put({**patient("a", "bunny"), "language": "de"})
    await process.put({**NICK, "expression": "Patient.language"})
    await process.upkeep.refresh()
    assert (await process.refusal("nick=de"))[0] == 503
    await process.reindexer().run()
    await process.upkeep.refresh()
    assert await process.ids("nick=de") == ["a"]
    assert await process.ids("nick=bunny") == []


async def test_a_description_that_changes_has_nothing_indexed_anew(store, process):
    await process.put(patient("a", "bunny"))
    await process.put(NICK)
    await process.reindexer().run()
    await process.put({**NICK, "description": "Pet names"})
    assert backlog.jobs(await store.load(COLLECTION, REINDEX)) == []


async def test_indexing_that_was_broken_off_is_gone_on_with_where_it_ended(store, process):
    await five_patients(process)
    await process.put(NICK)
    told = []

    class Killed(Exception):
        pass

    def stop(job):
        told.append(job.done)
        if len(told) == 1:
            raise Killed

    with pytest.raises(Killed):
        await process.reindexer("killed").run(stop)
    other = Process(store)
    await other.upkeep.open()
    assert not await other.reindexer("other").run(stop)
    assert (await other.refusal("nick=n0"))[1].count("2 of 5 done") == 1
    other.time += backlog.LEASE + timedelta(seconds=1)
    assert await other.reindexer("other").run(stop)
    assert told == [2, 4, 5]
    await other.upkeep.refresh()
    assert await other.ids("nick=n0,n4") == ["p0", "p4"]
    assert backlog.finished(await store.load(COLLECTION, REINDEX))["Patient"]["resources"] == 5


async def test_one_who_has_lost_the_lease_writes_nothing_any_more(store, process):
    await five_patients(process)
    await process.put(NICK)
    slow, quick = process.reindexer("slow"), Process(store)
    await quick.upkeep.open()
    quick.time += backlog.LEASE * 2
    told = []

    def overtaken(job):
        told.append(job.done)
        if len(told) == 1:
            return asyncio.get_running_loop().create_task(quick.reindexer("quick").run())
        return None

    await asyncio.gather(slow.run(overtaken), asyncio.sleep(0))
    for _ in range(100):
        if not backlog.jobs(await store.load(COLLECTION, REINDEX)):
            break
        await asyncio.sleep(0.02)
    await quick.upkeep.refresh()
    assert await quick.ids("nick=n1,n4") == ["p1", "p4"]


async def test_what_is_written_while_it_is_indexed_is_found_as_it_is_now(process):
    await five_patients(process)
    await process.put(NICK)
    tasks = []

    def write(_job):
        if not tasks:
            tasks.append(asyncio.get_running_loop().create_task(process.put(patient("p1", "late"), patient("p4", "l"))))

    await process.reindexer().run(write)
    await asyncio.gather(*tasks)
    await process.upkeep.refresh()
    assert await process.ids("nick=late,l,n0") == ["p0", "p1", "p4"]
    assert await process.ids("nick=n1,n4") == []


async def test_two_parameters_that_do_not_go_together_are_refused_though_each_was_well_alone(store, process):
    other = {**NICK, "id": "other", "url": "http://example.org/sp/other", "expression": "Patient.language"}
    with pytest.raises(RequestRefused, match="Patient is searched by 'nick' already, as SearchParameter/other"):
        await process.put(NICK, other)
    assert await store.read(Key("SearchParameter", "nick")) is None


async def test_a_composite_and_its_parts_come_in_one_transaction_and_no_part_goes_before_it(process):
    given = {"definition": "http://example.org/sp/nick", "expression": "text"}
    use = {"definition": "http://example.org/sp/use", "expression": "use"}
    both = {**NICK, "id": "both", "url": "http://example.org/sp/both", "code": "both", "type": "composite"}
    both |= {"expression": "Patient.name", "component": [given, use]}
    uses = {
        **NICK,
        "id": "use",
        "url": "http://example.org/sp/use",
        "code": "name-use",
        "expression": "Patient.name.use",
    }
    await process.put(NICK, uses, both)
    await process.put(patient("a", "bunny"))
    assert await process.ids("both=bunny$nickname") == ["a"]
    with pytest.raises(RequestRefused, match="sp/use', which is no parameter"):
        await process.delete("SearchParameter", "use")


async def test_parameters_that_lay_in_a_store_before_it_was_searched_by_them_are_taken_up(store):
    before = Process(store)
    before.repository = Repository(store, Planner(before.index.values, None, core().model, before.clock), before.clock)
    await before.put(NICK, {**NICK, "id": "bad", "url": "http://example.org/sp/bad", "code": "name"}, patient("a", "b"))
    process = Process(store)
    await process.upkeep.open()
    assert set(process.index.own) == {"nick"}
    assert (await process.refusal("nick=b"))[0] == 503
    await process.reindexer().run()
    await process.upkeep.refresh()
    assert await process.ids("nick=b") == ["a"]


async def test_a_package_that_brings_a_parameter_has_what_is_stored_indexed_by_it(store, process):
    await five_patients(process)
    await process.reindexer().run()
    packaged = Process(store, core().extended([NICK]))
    await packaged.upkeep.open()
    assert (await packaged.refusal("nick=n1"))[0] == 503
    assert [each.type for each in backlog.jobs(await store.load(COLLECTION, REINDEX))] == ["Patient"]
    await packaged.reindexer().run()
    await packaged.upkeep.refresh()
    assert await packaged.ids("nick=n1") == ["p1"]


async def test_another_way_to_make_values_has_everything_indexed_while_searches_go_on(store, process):
    await five_patients(process)
    await process.reindexer().run()
    noted = await store.load(COLLECTION, DEFINITIONS)
    await store.commit(lambda transaction: transaction.save(COLLECTION, DEFINITIONS, {**noted, "extraction": 0}))
    released = Process(store)
    await released.upkeep.open()
    assert [each.codes for each in backlog.jobs(await store.load(COLLECTION, REINDEX))] == [()]
    assert await released.ids("_id=p1") == ["p1"]


async def test_an_operator_asks_for_a_type_to_be_indexed_again(store, process):
    await five_patients(process)
    await process.upkeep.again(["Patient", "Observation"])
    assert [each.type for each in backlog.jobs(await store.load(COLLECTION, REINDEX))] == ["Patient"]


async def test_what_is_stored_stays_as_it_is(store, process):
    await five_patients(process)
    await process.put(NICK)
    version = await store.read(Key("Patient", "p1"))
    await process.reindexer().run()
    assert await store.read(Key("Patient", "p1")) == version
    assert parse_json(version.body)["meta"]["versionId"] == "1"
