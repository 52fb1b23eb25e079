"""What the server was given it gives back on each store: the official R4 examples, in JSON and in XML, and generated
records, decimals to the digit.

https://hl7.org/fhir/R4/downloads.html, https://github.com/synthetichealth/synthea
"""

from __future__ import annotations

import asyncio
import os
import tarfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree

from fhir_kernel.codec.json_codec import parse_json, write_json
from fhir_kernel.codec.xhtml import numeric_entities
from fhir_kernel.codec.xml_codec import from_xml, to_xml
from fhir_kernel.definitions.model import Model
from fhir_kernel.resource import Resource
from fhir_kernel.settings import Settings
from fhir_server.middleware import App
from plumbline.app import Resources, build_application, no_log
from plumbline.stores import store_opener
from plumbline.wiring import build_catalog, build_resources, build_terminology
from terminology.operation_table import OPERATIONS
from terminology.service import TerminologyService
from tests.contract.database import database_address

_SHARED = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[3] / "shared"))
AT_ONCE = 16
ENTRIES = 100
PAGE = 500
REFERRED_TO = ("Organization", "Location", "Practitioner", "PractitionerRole", "Patient", "Encounter")
"""Types in an order in which what a search reference means is there before it is referred to."""
SHARED = ("Organization", "Location", "Practitioner", "PractitionerRole")
"""Types that belong to no patient."""
JSON, XML = "application/fhir+json", "application/fhir+xml"
Parts = tuple[Settings, TerminologyService, Resources, Model]


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """What the servers have in common; errors against R4, of which some examples have a few, are noted only."""
    policy = tmp_path_factory.mktemp("policy") / "policy.toml"
    policy.write_text('default = "observe"\n', encoding="utf-8")
    settings = Settings(store="memory://", enforcement_file=policy)
    catalog = build_catalog(settings)
    terminology = build_terminology(settings, catalog=catalog)
    resources = build_resources(settings, catalog, terminology, open_trial=True)
    assert resources is not None
    return settings, terminology, resources, catalog.model


@pytest.fixture(params=["memory", "sqlite", "mongodb"])
def app(request: pytest.FixtureRequest, parts: Parts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    settings, terminology, resources, _ = parts
    folder = tmp_path_factory.mktemp("store")
    addresses = {
        "memory": nullcontext("memory://"),
        "sqlite": nullcontext(f"sqlite:///{folder}/records.sqlite"),
        "mongodb": database_address(tmp_path_factory.getbasetemp()),
    }
    with addresses[request.param] as address:
        open_store = store_opener(address)
        assert open_store is not None
        own = replace(resources, open_store=open_store)
        yield build_application(terminology, OPERATIONS, settings, log=no_log, resources=own)


@pytest.mark.parametrize(
    ("app", "sent"),
    [("memory", JSON), ("sqlite", JSON), ("sqlite", XML), ("mongodb", JSON), ("mongodb", XML)],
    indirect=["app"],
)
def test_every_example_that_is_put_comes_back_the_same(app: App, parts: Parts, sent: str) -> None:
    model = parts[-1]
    examples = [parse_json(text) for text in documents("r4-examples.tar.gz")]
    assert len(examples) == 722
    alike = Counter(map(address, examples))
    assert [each for each in alike if alike[each] > 1] == ["ImplementationGuide/fhir"]
    examples = list({address(each): each for each in examples}.values())

    async def put_and_read(client: httpx.AsyncClient, example: Resource) -> None:
        body = write_json(example) if sent == JSON else to_xml(example, model)
        answer = await client.put(address(example), content=body, headers={"content-type": sent})
        assert answer.status_code == 201, answer.text
        came = (await client.get(address(example))).content
        assert parse_json(came)["meta"]["versionId"] == "1"
        if sent == JSON:
            assert exact(parse_json(came)) == exact(example), address(example)
            return
        in_xml = (await client.get(address(example), headers={"accept": XML})).content
        for each in (parse_json(came), from_xml(in_xml, model)):
            assert exact(canonical(each)) == exact(canonical(example)), address(example)

    async def talk() -> None:
        async with talking(app) as client:
            for some in portions(examples, AT_ONCE):
                await asyncio.gather(*(put_and_read(client, each) for each in some))

    asyncio.run(talk())


def test_every_record_of_a_transaction_is_found_the_same_with_its_references_resolved(app: App) -> None:
    records = [parse_json(line) for text in documents("synthea-10.tar.gz") for line in text.splitlines()]
    assert len(records) > 5_000
    meant = {search: address(each) for each in records for search in searches(each)}

    async def talk() -> dict[str, Resource]:
        async with talking(app) as client:
            for some in [part for kind in by_type(records) for part in portions(kind, ENTRIES)]:
                answer = await client.post("", content=write_json(transaction(some)))
                assert answer.status_code == 200, answer.text
                statuses = {each["response"]["status"][:3] for each in answer.json()["entry"]}
                assert statuses == {"201"}
            kinds = [kind[0]["resourceType"] for kind in by_type(records)]
            return {address(each): each for kind in kinds for each in await found(client, kind)}

    came = asyncio.run(talk())
    assert sorted(came) == sorted(map(address, records))
    for record in records:
        assert exact(came[address(record)]) == exact(resolved(record, meant)), address(record)


@pytest.mark.parametrize("app", ["sqlite", "mongodb"], indirect=True)
def test_a_whole_patient_is_one_transaction_with_those_who_treat_them(app: App) -> None:
    """As generated Bundles are: temporary addresses, and search references, also to what the same Bundle brings."""
    records = [parse_json(line) for text in documents("synthea-10.tar.gz") for line in text.splitlines()]
    shared = [each for each in records if each["resourceType"] in SHARED]
    patients = [each for each in records if each["resourceType"] == "Patient"]
    meant: dict[str, str] = {}

    async def talk() -> dict[str, Resource]:
        async with talking(app) as client:
            for patient in patients:
                own = [each for each in records if address(patient) in (address(each), *patients_of(each))]
                sent = transaction_of(own, shared)
                answer = await client.post("", content=write_json(sent))
                assert answer.status_code == 200, answer.text
                responses = [each["response"] for each in answer.json()["entry"]]
                assert {each["status"][:3] for each in responses[: len(own)]} == {"201"}
                expected = "201" if patient is patients[0] else "200"
                assert {each["status"][:3] for each in responses[len(own) :]} == {expected}
                for each, response in zip([*own, *shared], responses, strict=True):
                    meant[address(each)] = response.get("location", address(each)).partition("/_history")[0]
            kinds = [kind[0]["resourceType"] for kind in by_type(records)]
            return {address(each): each for kind in kinds for each in await found(client, kind)}

    came = asyncio.run(talk())
    assert len(came) == len(records) == len(meant)
    known = meant | {search: meant[address(each)] for each in shared for search in searches(each)}
    for record in records:
        mine = came[meant[address(record)]]
        assert exact({**mine, "id": record["id"]}) == exact(resolved(record, known)), address(record)


@asynccontextmanager
async def talking(app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application, which starts before and stops afterwards (https://asgi.readthedocs.io)."""
    said: asyncio.Queue[Any] = asyncio.Queue()
    told: asyncio.Queue[Any] = asyncio.Queue()
    life = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, told.get, said.put))
    await told.put({"type": "lifespan.startup"})
    assert (await said.get())["type"] == "lifespan.startup.complete"
    headers = {"content-type": JSON, "accept": JSON}
    sending = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=sending, base_url="http://localhost/fhir/", headers=headers) as client:
        yield client
    await told.put({"type": "lifespan.shutdown"})
    assert (await said.get())["type"] == "lifespan.shutdown.complete"
    await life


async def found(client: httpx.AsyncClient, kind: str) -> list[Resource]:
    """Everything of a type, page by page."""
    resources: list[Resource] = []
    page: str | None = f"{kind}?_count={PAGE}"
    while page is not None:
        bundle = parse_json((await client.get(page)).content)
        assert bundle["resourceType"] == "Bundle", bundle
        resources += [each["resource"] for each in bundle["entry"]]
        page = next((each["url"] for each in bundle["link"] if each["relation"] == "next"), None)
    assert len(resources) == len(set(map(address, resources)))
    return resources


def documents(name: str) -> Iterator[bytes]:
    """The files of an archive of records."""
    if not (_SHARED / "data" / name).is_file():
        pytest.skip(f"PLUMBLINE_SHARED names no folder with data/{name}")
    with tarfile.open(_SHARED / "data" / name) as archive:
        for member in archive:
            stream = archive.extractfile(member)
            if stream is not None:
                yield stream.read()


def by_type(resources: Iterable[Resource]) -> list[list[Resource]]:
    """The resources of each type, those first that others refer to."""
    types: dict[str, list[Resource]] = {kind: [] for kind in REFERRED_TO}
    for each in resources:
        types.setdefault(each["resourceType"], []).append(each)
    return [each for each in types.values() if each]


def portions(resources: list[Resource], size: int) -> Iterator[list[Resource]]:
    return (resources[start : start + size] for start in range(0, len(resources), size))


def address(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def transaction(resources: Iterable[Resource]) -> Resource:
    entries = [{"resource": each, "request": {"method": "PUT", "url": address(each)}} for each in resources]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def transaction_of(own: list[Resource], shared: list[Resource]) -> Resource:
    """What is `own` is created; what is `shared` is created unless it is there."""
    places = {address(each): f"urn:uuid:{each['id']}" for each in own}
    entries = [
        {"fullUrl": places[address(each)], "resource": resolved(each, places), "request": post(each)} for each in own
    ]
    entries += [{"resource": each, "request": once(each)} for each in shared]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def post(resource: Resource) -> Resource:
    return {"method": "POST", "url": resource["resourceType"]}


def once(resource: Resource) -> Resource:
    """The request that writes what nobody has written before, by its identifier where there is one."""
    known = searches(resource)
    if not known:
        return {"method": "PUT", "url": address(resource)}
    return {**post(resource), "ifNoneExist": known[0].partition("?")[2]}


def patients_of(value: Any) -> set[str]:
    """The patients that a record refers to."""
    if isinstance(value, dict):
        own = {value["reference"]} if str(value.get("reference", "")).startswith("Patient/") else set()
        return own.union(*map(patients_of, value.values()))
    return set().union(*map(patients_of, value)) if isinstance(value, list) else set()


def searches(resource: Resource) -> list[str]:
    """The search references that mean a resource (https://hl7.org/fhir/R4/http.html#trules)."""
    kind, identifiers = resource["resourceType"], resource.get("identifier", ())
    return [f"{kind}?identifier={each['system']}|{each['value']}" for each in identifiers if "system" in each]


def canonical(value: Any) -> Any:
    """`value` with its narratives in canonical XML, which XML and JSON have in common."""
    if isinstance(value, dict):
        return {key: _narrative(each) if key == "div" else canonical(each) for key, each in value.items()}
    return [canonical(each) for each in value] if isinstance(value, list) else value


def _narrative(div: Any) -> Any:
    is_text = isinstance(div, str)
    return etree.tostring(etree.fromstring(numeric_entities(div)), method="c14n").decode() if is_text else div


def resolved(value: Any, meant: dict[str, str]) -> Any:
    """`value` with what its search references mean."""
    if isinstance(value, dict):
        return {
            key: meant.get(each, each) if key == "reference" and isinstance(each, str) else resolved(each, meant)
            for key, each in value.items()
        }
    return [resolved(each, meant) for each in value] if isinstance(value, list) else value


def exact(resource: Resource) -> Any:
    """A resource without what the server adds, its numbers by their digits."""
    meta = {key: each for key, each in resource.get("meta", {}).items() if key not in ("versionId", "lastUpdated")}
    bare = {key: each for key, each in resource.items() if key != "meta"}
    return _digits({**bare, "meta": meta} if meta else bare)


def _digits(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _digits(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_digits(each) for each in value]
    return value if isinstance(value, str) else (type(value).__name__, str(value))
