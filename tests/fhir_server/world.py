"""A small but real terminology: listed code systems, enumerated value sets, and a few operations over them."""

from __future__ import annotations

import asyncio
import json
import threading
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.settings import Settings
from fhir_server.app import Surroundings, build_app
from fhir_server.interactions.capabilities import Software
from fhir_server.middleware import guarded
from terminology.failures import failed
from terminology.operations import Operation, Parameter

SEX = {
    "resourceType": "CodeSystem",
    "id": "sex",
    "meta": {"versionId": "1"},
    "url": "http://example.org/sex",
    "version": "2",
    "name": "Sex",
    "title": "性别代码",
    "status": "active",
    "publisher": "Standards Office",
    "description": "GB/T 2261.1",
    "content": "complete",
    "concept": [{"code": "1", "display": "男"}, {"code": "2", "display": "女"}],
}
OLD_SEX = {**SEX, "id": "sex-1", "version": "1", "status": "retired", "title": "Old codes for sex"}
BLOOD = {**SEX, "id": "blood", "url": "http://example.org/blood", "name": "BloodGroup", "title": "Blood group"}
SEXES = {
    "resourceType": "ValueSet",
    "id": "sexes",
    "url": "http://example.org/vs/sexes",
    "version": "1",
    "name": "Sexes",
    "status": "draft",
    "compose": {"include": [{"system": "http://example.org/sex"}]},
}
NAMING = {
    "resourceType": "NamingSystem",
    "id": "sex-oid",
    "name": "SexOid",
    "status": "active",
    "kind": "codesystem",
    "date": "2024-01-01",
    "uniqueId": [{"type": "oid", "value": "2.16.156.10011.2.3.3.4"}],
}
RESOURCES = (SEX, OLD_SEX, BLOOD, SEXES, NAMING)


class SmallTerminology:
    generation = 0
    waits = False

    def refresh(self):
        pass

    def __init__(self, resources: Iterable[dict[str, Any]] = RESOURCES) -> None:
        self.resources = list(resources)
        self.model = open_core().model
        self.released = threading.Event()

    def run(self, operation, call):
        return operation.handler(self, call)

    def all(self, resource_type):
        return [each for each in self.resources if each["resourceType"] == resource_type]

    def find(self, canonical, resource_type):
        url, _, version = canonical.partition("|")
        for each in self.all(resource_type):
            if each.get("url") == url and version in ("", each.get("version")):
                return each
        return None

    def read(self, resource_type, resource_id):
        return next((each for each in self.all(resource_type) if each["id"] == resource_id), None)


def value(call, name):
    for row in call.parameters:
        if row["name"] == name:
            return next(held for key, held in row.items() if key != "name")
    return None


def lookup(terminology, call):
    system = call.instance or terminology.find(value(call, "system") or "", "CodeSystem")
    for row in call.parameters:
        if row["name"] == "tx-resource" and row["resource"].get("url") == value(call, "system"):
            system = row["resource"]
    if system is None:
        raise failed("not-found", f"A definition for CodeSystem '{value(call, 'system')}' could not be found")
    for concept in system["concept"]:
        if concept["code"] == value(call, "code"):
            rows = [{"name": "name", "valueString": system["name"]}]
            rows.append({"name": "display", "valueString": concept["display"]})
            if call.accept_language:
                rows.append({"name": "asked-in", "valueString": call.accept_language})
            return {"resourceType": "Parameters", "parameter": rows}
    raise failed("not-found", f"Unknown code '{value(call, 'code')}'", tx_code="invalid-code")


def echo(_terminology, call):
    return {"resourceType": "Parameters", "parameter": list(call.parameters)}


def expand(terminology, call):
    value_set = call.instance or value(call, "valueSet") or terminology.find(value(call, "url") or "", "ValueSet")
    if value_set is None:
        raise failed("not-found", "no such value set")
    contains = [{"system": SEX["url"], **concept} for concept in SEX["concept"]]
    expansion = {"timestamp": "2024-01-01T00:00:00Z", "contains": contains}
    return {**value_set, "expansion": expansion}


def wait(terminology, _call):
    terminology.released.wait(20)
    return {"resourceType": "Parameters"}


def broken(_terminology, _call):
    raise RuntimeError("a secret of the server")


def costly(_terminology, _call):
    raise failed("too-costly", "The expansion would be too large")


def operation(resource_type, name, handler, *parameters, at=("type",)):
    table = {each.name: each for each in parameters}
    definition = f"http://hl7.org/fhir/OperationDefinition/{resource_type}-{name}"
    return Operation(resource_type, name, table, handler, definition, frozenset(at))


SENT_ALONG = Parameter("tx-resource", "resource", repeats=True)
OPERATIONS = (
    operation(
        "CodeSystem",
        "lookup",
        lookup,
        Parameter("code", "code"),
        Parameter("system", "uri"),
        Parameter("coding", "Coding"),
        Parameter("date", "dateTime"),
        Parameter("property", "code", repeats=True),
        SENT_ALONG,
        at=("type", "instance"),
    ),
    operation(
        "CodeSystem",
        "validate-code",
        echo,
        Parameter("abstract", "boolean"),
        Parameter("count", "integer"),
        Parameter("weight", "decimal"),
        Parameter("codeSystem", "resource"),
        Parameter("dependency", "BackboneElement", repeats=True),
        Parameter("url", "uri"),
    ),
    operation(
        "ValueSet",
        "expand",
        expand,
        Parameter("url", "uri"),
        Parameter("valueSet", "resource"),
        Parameter("count", "integer"),
        SENT_ALONG,
        at=("type", "instance"),
    ),
    operation("ValueSet", "compare", wait),
    operation("CodeSystem", "subsumes", broken),
    operation("ConceptMap", "translate", costly),
    operation("ConceptMap", "closure", echo, Parameter("name", "string"), at=("system",)),
)


class Clock:
    """Seconds that go on when they are told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Server:
    """The whole application without a network. `run` runs what is to be awaited, in a loop of its own or in one."""

    run = staticmethod(asyncio.run)

    def __init__(self, **settings: Any) -> None:
        self.terminology = SmallTerminology()
        self.clock = Clock()
        self.log: list[Mapping[str, Any]] = []
        around = Surroundings(
            Software("Plumbline", "0.1.0", "2024-01-01"),
            clock=lambda: datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
            new_id=lambda: str(uuid.uuid4()),
            now=self.clock,
        )
        self.fhir = build_app(self.terminology, OPERATIONS, Settings(**settings), around)

        async def mounted(scope, receive, send):
            await self.fhir({**scope, "root_path": "/fhir"}, receive, send)

        self._app = guarded(mounted, new_id=around.new_id, log=self.log.append, now=self.clock)

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.run(self.send_all([(method, path, more)]))[0]

    async def send_all(self, requests: list[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost/fhir/") as client:
            return await asyncio.gather(*(client.request(method, path, **more) for method, path, more in requests))

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.send("GET", path, **more)

    def post(self, path: str, resource: Any, **more: Any) -> httpx.Response:
        headers = {"content-type": "application/fhir+json", **more.pop("headers", {})}
        body = resource if isinstance(resource, bytes | str) else json.dumps(resource)
        return self.send("POST", path, content=body, headers=headers, **more)


def parameters(**values: Any) -> dict[str, Any]:
    """Parameters of `name=(key, value)`; a text alone is a valueString."""
    rows = []
    for name, held in values.items():
        key, inner = held if isinstance(held, tuple) else ("valueString", held)
        rows.append({"name": name, key: inner})
    return {"resourceType": "Parameters", "parameter": rows}


def told(response: httpx.Response) -> str:
    """The first issue of an outcome, read aloud."""
    outcome = response.json()
    assert outcome["resourceType"] == "OperationOutcome", outcome
    assert response.headers["content-type"].startswith("application/fhir+json")
    issue = outcome["issue"][0]
    return f"{response.status_code} {issue['code']}: {issue['details']['text']}"
