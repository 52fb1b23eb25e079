from __future__ import annotations

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate

from fhir_server.interactions.openapi import MEDIA_TYPE
from tests.fhir_server.records_world import Records
from tests.fhir_server.whole_world import Whole
from tests.fhir_server.world import Server

SAID_TO_HAPPEN = (503, 507)
FEW = re.compile(r"^/(Patient|ValueSet)?(/(\{id\}|_search|_history|\$.*|\{id\}/(_history.*|\$.*|Observation))?)?$")
TRIES = settings(
    max_examples=6, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
OF_THE_SYSTEM = re.compile(r"^/(metadata|openapi\.json|_search|_history|\$.*)$")


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Whole:
    return Whole(tmp_path_factory.mktemp("terminology"))


@pytest.fixture(scope="module")
def document(whole):
    return whole.get("openapi.json").json()


def test_whatever_the_document_allows_is_answered_in_fhir_and_never_by_a_fault(whole):
    described = schemathesis.openapi.from_asgi("/fhir/openapi.json", whole.app)
    chosen = described.include(path_regex=f"{FEW.pattern}|{OF_THE_SYSTEM.pattern}")
    operations = [each.ok() for each in chosen.get_all_operations()]
    assert len(operations) > 50
    for operation in operations:
        settings(parent=TRIES)(given(case=operation.as_strategy())(_is_answered))()


def _is_answered(case):
    answer = case.call()
    assert answer.status_code < 500 or answer.status_code in SAID_TO_HAPPEN, answer.text
    if answer.content:
        assert answer.headers["content-type"][0].startswith(("application/fhir+", MEDIA_TYPE))
    else:
        assert answer.status_code in (200, 201, 204, 304)


def test_the_document_keeps_to_openapi(document):
    few = {path: item for path, item in document["paths"].items() if FEW.match(path) or OF_THE_SYSTEM.match(path)}
    assert len(few) > 20
    validate({**document, "paths": few})


def test_a_server_of_terminology_alone_describes_itself_too(server: Server):
    document = server.get("openapi.json").json()
    validate(document)
    assert set(document["paths"]["/CodeSystem/{id}"]) == {"parameters", "get"}
    assert "url.uri" in document["components"]["parameters"]


def test_every_route_is_described(whole, document):
    routes = {(method.lower(), f"/{each.path}") for each in whole.fhir.router.routes for method in each.methods}
    described = {(name, path) for path, item in document["paths"].items() for name in item if name != "parameters"}
    assert described == routes


def test_every_operation_has_an_id_of_its_own_and_all_references_lead_somewhere(document):
    ids = [row["operationId"] for item in document["paths"].values() for row in item.values() if "operationId" in row]
    assert len(ids) == len(set(ids)) > 3_000
    for path in set(re.findall(r'#/components/([^"\']+)', str(document))):
        kind, _, name = path.partition("/")
        assert name in document["components"][kind], path


def test_ids_bodies_and_parameters_are_described(document):
    here, one = document["paths"]["/Patient"], document["paths"]["/Patient/{id}"]
    assert one["parameters"] == [{"$ref": "#/components/parameters/id"}]
    assert document["components"]["parameters"]["id"]["schema"]["pattern"] == "^[A-Za-z0-9\\-\\.]{1,64}$"
    assert {"$ref": "#/components/parameters/birthdate.date"} in here["get"]["parameters"]
    assert {"$ref": "#/components/parameters/If-None-Exist"} in here["post"]["parameters"]
    bodies = document["components"]["requestBodies"]
    assert set(bodies["Patient"]["content"]) == {"application/fhir+json", "application/fhir+xml"}
    assert "application/json-patch+json" in bodies["patch"]["content"]
    assert one["patch"]["requestBody"] == {"$ref": "#/components/requestBodies/patch"}
    assert (
        one["put"]["responses"]["507"] == one["get"]["responses"]["4XX"] == {"$ref": "#/components/responses/Failure"}
    )


def test_the_document_is_json_whatever_format_is_preferred(records: Records):
    answer = records.get("openapi.json", headers={"accept": "application/fhir+xml"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPE)
    assert answer.json()["servers"] == [{"url": "http://localhost/fhir"}]
    assert "security" not in answer.json()


def test_an_entry_of_a_bundle_cannot_ask_for_the_document(records: Records):
    entry = {"request": {"method": "GET", "url": "openapi.json"}}
    answer = records.post("", {"resourceType": "Bundle", "type": "batch", "entry": [entry]})
    assert answer.json()["entry"][0]["response"]["status"].startswith("422")
