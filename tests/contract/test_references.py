"""Where references and canonicals lead, on every store: this server's own address, and names of what is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import count

import pytest

from conformance.evidence import Sender
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.store.records import Change, Key
from fhir_server.intents import Intent
from fhir_server.outcomes import RequestRefused
from fhir_server.planning import Planner
from fhir_server.repository import Repository
from fhir_server.search import backlog
from fhir_server.search.context import SearchContext, SearchLimits
from fhir_server.search.include import included
from fhir_server.search.index import SearchIndex
from fhir_server.search.parse import understand_search
from fhir_server.search.reindex import Reindexer
from fhir_server.search.upkeep import COLLECTION, DEFINITIONS, REINDEX, Upkeep

pytestmark = pytest.mark.anyio
NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
BASE, OTHER = "https://records.example.org/fhir", "https://other.example.org/fhir"


@cache
def core():
    return open_core()


class Server:
    """A process that keeps resources in a store, reached at an address."""

    numbers = count()

    def __init__(self, store, *bases):
        self.store, self.index = store, SearchIndex(core(), bases=bases)
        self.upkeep = Upkeep(store, self.index, lambda: f"token-{next(self.numbers)}")
        planner = Planner(self.index.values, None, self.index.model, lambda: NOW)
        self.repository = Repository(store, planner, lambda: NOW, None, self.upkeep.fence)

    async def put(self, *resources):
        intents = [Intent("PUT", each["resourceType"], each["id"], resource=each) for each in resources]
        await self.repository.write(intents, Sender())

    async def understood(self, query, type_, **more):
        pairs = [tuple(each.split("=", 1)) for each in query.split("&")]
        return await understand_search(self.index, (type_,), pairs, SearchContext(NOW, **more), None, self.store)

    async def ids(self, query, type_, **more):
        """The ids of what a search finds."""
        parsed = await self.understood(query, type_, **more)
        return [key.id for key in (await self.store.search(parsed.query)).keys]

    async def along(self, query, type_):
        """What comes along with a page."""
        parsed = await self.understood(query, type_)
        page = list((await self.store.read_many((await self.store.search(parsed.query)).keys)).values())
        more = await included(page, parsed.includes, parsed.revincludes, self.index, self.store, SearchLimits())
        return sorted(str(each.key) for each in more)

    async def reindex(self):
        assert await Reindexer(self.store, self.upkeep, "one", lambda: NOW, rest=0).run()
        await self.upkeep.refresh()


def observation(id_, subject):
    return {"resourceType": "Observation", "id": id_, "subject": {"reference": subject}}


PATIENT = {"resourceType": "Patient", "id": "1", "name": [{"family": "Li"}]}
OBSERVATIONS = (
    observation("relative", "Patient/1"),
    observation("absolute", f"{BASE}/Patient/1"),
    observation("versioned", f"{BASE}/Patient/1/_history/3"),
    observation("foreign", f"{OTHER}/Patient/1"),
)
LOCAL = ["absolute", "relative", "versioned"]


async def serving(store, *bases):
    server = Server(store, *bases)
    await server.upkeep.open()
    return server


@pytest.fixture
async def server(store):
    made = await serving(store, BASE)
    await made.put(PATIENT, *OBSERVATIONS)
    return made


@pytest.mark.parametrize("value", ["1", "Patient/1", f"{BASE}/Patient/1"])
async def test_relative_references_and_those_by_the_own_address_are_the_same(server, value):
    assert await server.ids(f"subject={value}", "Observation") == LOCAL
    assert await server.ids(f"patient={value}", "Observation") == LOCAL


async def test_references_to_other_servers_stay_apart(server):
    assert await server.ids(f"subject={OTHER}/Patient/1", "Observation") == ["foreign"]


async def test_a_version_is_told_apart_where_it_is_asked_for(server):
    assert await server.ids(f"subject={BASE}/Patient/1/_history/3", "Observation") == ["versioned"]
    assert await server.ids("subject=Patient/1/_history/3", "Observation") == ["versioned"]


async def test_chains_has_includes_and_compartments_follow_the_own_address(server):
    assert await server.ids("subject:Patient.name=li", "Observation") == LOCAL
    assert await server.ids("_has:Observation:subject:_id=absolute", "Patient") == ["1"]
    assert await server.along("_id=absolute&_include=Observation:subject", "Observation") == ["Patient/1"]
    expected = [f"Observation/{each}" for each in LOCAL]
    assert await server.along("_id=1&_revinclude=Observation:subject", "Patient") == expected
    centre = server.index.compartments["Patient"].criterion(("Observation",), "1")
    assert await server.store.count("Observation", centre) == 3


async def test_another_address_has_references_indexed_anew_and_until_then_searches_by_them_refused(server, store):
    await server.reindex()
    moved = await serving(store, OTHER)
    with pytest.raises(RequestRefused, match="cannot be searched by 'subject' yet") as caught:
        await moved.ids("subject=Patient/1", "Observation")
    assert caught.value.status == 503
    assert await moved.ids("_id=foreign&status:missing=true", "Observation") == ["foreign"]
    await moved.reindex()
    assert await moved.ids("subject=Patient/1", "Observation") == ["foreign", "relative"]
    assert await moved.ids(f"subject={BASE}/Patient/1", "Observation") == ["absolute", "versioned"]


async def test_parameters_that_clients_add_are_indexed_anew_by_another_address_too(server, store):
    doer = {
        "resourceType": "SearchParameter",
        "id": "doer",
        "url": "http://example.org/sp/doer",
        "name": "Doer",
        "description": "Who did it",
        "code": "doer",
        "base": ["Observation"],
        "type": "reference",
        "status": "active",
        "expression": "Observation.subject",
        "target": ["Patient"],
    }
    await server.put(doer)
    await server.reindex()
    assert await server.ids("doer=Patient/1", "Observation") == LOCAL
    moved = await serving(store, OTHER)
    with pytest.raises(RequestRefused, match="'doer' yet"):
        await moved.ids("doer=Patient/1", "Observation")
    await moved.reindex()
    assert await moved.ids("doer=Patient/1", "Observation") == ["foreign", "relative"]


async def test_the_same_address_has_nothing_indexed_anew(server, store):
    await server.reindex()
    await serving(store, BASE)
    assert backlog.jobs(await store.load(COLLECTION, REINDEX)) == []


# canonicals


def library(id_, version=None, title="Sums", name="http://example.org/Library/sums", **more):
    made = {"resourceType": "Library", "id": id_, "url": name, "title": title, **more}
    return made if version is None else {**made, "version": version}


def measure(id_, *canonicals, **more):
    return {"resourceType": "Measure", "id": id_, "library": list(canonicals), **more}


SUMS = "http://example.org/Library/sums"


@pytest.fixture
async def library_server(store):
    made = await serving(store, BASE)
    await made.put(
        library("one", "1.0", title="Sums old"),
        library("two", "2.0", title="Sums new"),
        library("plain", title="Plain", name="http://example.org/Library/plain"),
        measure("any", SUMS, title="Any"),
        measure("old", f"{SUMS}|1.0", title="Old"),
        measure("new", f"{SUMS}|2.0#part", title="New"),
        measure("gone", f"{SUMS}|3.0", title="Gone"),
        measure("plain", "http://example.org/Library/plain|7", title="Plain"),
        measure("local", "Library/two", title="Local"),
        {"resourceType": "MeasureReport", "id": "report", "measure": "http://example.org/Measure/m|1"},
        measure("m", f"{SUMS}|1.0", url="http://example.org/Measure/m", version="1"),
    )
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("depends-on:Library.title=sums old", ["any", "m", "old"]),
        ("depends-on.title=sums new", ["any", "local", "new"]),
        ("depends-on:Library.title=sums", ["any", "local", "m", "new", "old"]),
        ("depends-on:Library.title=plain", []),
        ("depends-on:Library.title=nothing", []),
        ("_filter=depends-on:Library.title sw sums", ["any", "local", "m", "new", "old"]),
        ("_filter=depends-on:Library[title sw sums].version eq 2.0", ["any", "local", "new"]),
    ],
)
async def test_a_chain_leads_by_url_and_version(library_server, query, expected):
    assert await library_server.ids(query, "Measure") == expected


async def test_chains_lead_from_canonical_to_canonical(library_server):
    found = await library_server.ids("measure.depends-on:Library.title=sums old", "MeasureReport")
    assert found == ["report"]
    assert await library_server.ids("measure.depends-on:Library.title=sums new", "MeasureReport") == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("_has:Measure:depends-on:title=old", ["one"]),
        ("_has:Measure:depends-on:title=new", ["two"]),
        ("_has:Measure:depends-on:title=any", ["one", "two"]),
        ("_has:Measure:depends-on:title=local", ["two"]),
        ("_has:Measure:depends-on:title=gone,plain", []),
        ("_has:Measure:depends-on:_has:MeasureReport:measure:_id=report", ["one"]),
        ("_filter=_has:Measure:depends-on:title eq new", ["two"]),
    ],
)
async def test_has_leads_back_by_url_and_version(library_server, query, expected):
    assert await library_server.ids(query, "Library") == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("_id=any&_include=Measure:depends-on", ["Library/one", "Library/two"]),
        ("_id=old&_include=Measure:depends-on:Library", ["Library/one"]),
        ("_id=old&_include=Measure:*", ["Library/one"]),
        ("_id=old&_include=Measure:depends-on:Questionnaire", []),
        ("_id=gone,plain&_include=Measure:depends-on", []),
    ],
)
async def test_what_canonicals_name_is_included(library_server, query, expected):
    assert await library_server.along(query, "Measure") == expected


async def test_including_goes_on_from_what_a_canonical_names(library_server):
    query = "_include=MeasureReport:measure&_include:iterate=Measure:depends-on"
    assert await library_server.along(query, "MeasureReport") == ["Library/one", "Measure/m"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("_id=one&_revinclude=Measure:depends-on", ["any", "m", "old"]),
        ("_id=two&_revinclude=Measure:depends-on:Library", ["any", "local", "new"]),
        ("_id=plain&_revinclude=Measure:depends-on", []),
        ("_id=two&_revinclude=Measure:*", ["any", "local", "new"]),
    ],
)
async def test_what_names_a_resource_comes_along_with_it(library_server, query, expected):
    assert await library_server.along(query, "Library") == [f"Measure/{each}" for each in expected]


async def test_a_canonical_at_the_own_address_names_and_is_local(store):
    server = await serving(store, BASE)
    address = f"{BASE}/Library/a"
    await server.put(library("a", "2", name=address), library("b", "1", name=address), measure("m", f"{address}|1"))
    assert await server.ids("depends-on:Library.version=1", "Measure") == ["m"]
    assert await server.ids(f"depends-on={address}", "Measure") == ["m"]
    assert await server.ids(f"depends-on={address}|1", "Measure") == ["m"]
    assert await server.ids(f"depends-on={address}|2", "Measure") == []


async def test_more_than_can_be_led_by_is_refused(library_server):
    with pytest.raises(RequestRefused, match="from or to more than 1 resources of type Library") as caught:
        await library_server.ids("depends-on:Library.title=sums", "Measure", limits=SearchLimits(canonicals=1))
    assert caught.value.status == 400


async def test_what_a_store_kept_before_canonicals_were_followed_waits_for_it(library_server, store):
    await library_server.reindex()
    key = Key("Measure", "any")
    version = await store.read(key)
    values = library_server.index.values(parse_json(version.body))
    values["depends-on"] = [replace(each, version="") for each in values["depends-on"]]
    await store.reindex([Change(version, values)])
    assert "any" not in await library_server.ids("depends-on:Library.title=sums", "Measure")
    noted = await store.load(COLLECTION, DEFINITIONS)
    parameters = {**noted["parameters"], "Measure": {**noted["parameters"]["Measure"], "depends-on": "before"}}
    before = {"extraction": noted["extraction"], "parameters": parameters}
    await store.commit(lambda transaction: transaction.save(COLLECTION, DEFINITIONS, before))
    released = await serving(store, BASE)
    with pytest.raises(RequestRefused, match="Measure cannot be searched by 'depends-on' yet"):
        await released.ids("depends-on:Library.title=sums", "Measure")
    assert await released.ids("title=old", "Measure") == ["old"]
    await released.reindex()
    assert await released.ids("depends-on:Library.title=sums old", "Measure") == ["any", "m", "old"]
