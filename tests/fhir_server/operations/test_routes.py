from __future__ import annotations

import asyncio
from typing import Any

import pytest

from conformance.evidence import Sender
from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.codec.limits import DEFAULT_LIMITS
from fhir_server.exchange import Request
from fhir_server.formats import Formats
from fhir_server.operations.routes import ResourceOperations
from fhir_server.operations.table import OPERATIONS
from fhir_server.outcomes import RequestRefused
from fhir_server.routes import Router

TAG = {"system": "http://example.org/tags", "code": "vip"}
META = {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": {"tag": [TAG]}}]}


@pytest.fixture
def ask(server: Any) -> Any:
    """`ask(method, path, …)`: the resource that a request is answered with."""
    server.put({"resourceType": "Patient", "id": "1"})
    formats = Formats(server.index.model, DEFAULT_LIMITS)
    operations = ResourceOperations(server.context(), formats, lambda _request: Sender("hospital"))
    router = Router(operations.routes(("Group", "Patient")))

    def run(method: str, path: str, body: Any = None, query: Any = ()) -> dict[str, Any]:
        headers = {"content-type": "application/fhir+json"} if body else {}
        data = write_json(body) if body else b""
        request = Request(method, path, tuple(query), headers, data, "http://example.org/fhir")
        route, ids = router.find(request)
        assert route.awaited is not None
        answer = asyncio.run(route.awaited(Request(**{**fields(request), "ids": ids})))
        assert answer.resource is not None
        return answer.resource

    return run


def fields(request: Request) -> dict[str, Any]:
    return {name: getattr(request, name) for name in Request.__slots__}


def test_operations_are_reached_at_each_of_their_places(ask: Any) -> None:
    assert ask("GET", "$meta")["resourceType"] == "Parameters"
    assert ask("GET", "Group/$meta")["resourceType"] == "Parameters"
    assert ask("POST", "Patient/1/$meta")["parameter"][0]["valueMeta"]["versionId"] == "1"
    assert ask("POST", "Patient/1/$meta-add", META)["parameter"][0]["valueMeta"]["tag"] == [TAG]
    assert ask("GET", "Patient/1/$everything", query=[("_count", "1")])["type"] == "searchset"
    assert ask("GET", "Patient/1/$fhirpath", query=[("expression", "id")])["parameter"][1]["part"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "Patient/1/$meta-add", 405), ("GET", "Group/1/$everything", 404), ("GET", "Patient/$everything", 404)],
)
def test_there_is_nothing_where_an_operation_cannot_be_invoked(ask: Any, method: str, path: str, status: int) -> None:
    with pytest.raises(RequestRefused) as caught:
        ask(method, path)
    assert caught.value.status == status


def test_every_operation_of_the_table_has_a_place_and_a_definition() -> None:
    assert all(each.at <= {"system", "type", "instance"} and each.at for each in OPERATIONS)
    assert all(each.definition.startswith("http") for each in OPERATIONS)
    assert {each.name for each in OPERATIONS if each.affects_state} == {"meta-add", "meta-delete", "reindex"}
