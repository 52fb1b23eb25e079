from __future__ import annotations

import pytest

from plumbline.wiring import build_validator
from tests.fhir_server.world import OPERATIONS


@pytest.fixture
def statement(server):
    return server.get("metadata").json()


def test_every_claim_is_a_route_and_every_route_a_claim(server, statement):
    rest = statement["rest"][0]
    claimed = {(None, each["name"], each["definition"]) for each in rest["operation"]}
    claimed |= {
        (row["type"], each["name"], each["definition"]) for row in rest["resource"] for each in row.get("operation", ())
    }
    routes = server.fhir.router.routes
    assert claimed == {(each.resource_type, each.operation, each.definition) for each in routes if each.operation}
    claimed = {(row["type"], each["code"]) for row in rest["resource"] for each in row["interaction"]}
    claimed |= {(None, each["code"]) for each in rest["interaction"]}
    there = {(each.resource_type, each.interaction) for each in routes if not each.operation}
    assert claimed | {(None, "capabilities"), (None, "openapi")} == there


def test_everything_claimed_can_be_called(server, statement):
    rest = statement["rest"][0]
    asked = [f"${each['name']}" for each in rest["operation"]]
    for row in rest["resource"]:
        asked += [row["type"], f"{row['type']}/some"]
        asked += [f"{row['type']}?{each['name']}=a" for each in row["searchParam"]]
        asked += [f"{row['type']}/${each['name']}" for each in row.get("operation", ()) if each["name"] != "compare"]
    for path in asked:
        response = server.get(path)
        assert response.status_code != 405, path
        assert "There is nothing at" not in response.text, path
        assert "There is no operation" not in response.text, path


@pytest.mark.parametrize("query", ["", "?mode=terminology"])
def test_what_the_server_says_of_itself_is_valid(server, query):
    report = build_validator().validate(server.get(f"metadata{query}").json())
    assert not [each.text() for each in report.issues if each.is_error]


@pytest.mark.parametrize("query", ["", "?mode=terminology"])
def test_it_can_be_had_as_xml(server, query):
    response = server.get(f"metadata{query}", headers={"accept": "application/fhir+xml"})
    assert response.status_code == 200
    assert b"xmlns" in response.content


def test_the_statement_is_that_of_a_terminology_server_of_r4(statement):
    assert statement["fhirVersion"] == "4.0.1"
    assert statement["instantiates"] == ["http://hl7.org/fhir/CapabilityStatement/terminology-server"]
    assert statement["software"] == {"name": "Plumbline", "version": "0.1.0", "releaseDate": "2024-01-01"}
    assert statement["date"] == "2024-05-06T07:08:09+00:00"
    assert statement["implementation"]["url"] == "http://localhost/fhir"


def test_terminology_capabilities_name_systems_versions_and_parameters(server):
    said = server.get("metadata?mode=terminology").json()
    systems = {each["uri"]: [version["code"] for version in each["version"]] for each in said["codeSystem"]}
    assert systems == {"http://example.org/blood": ["2"], "http://example.org/sex": ["2", "1"]}
    expand = next(each for each in OPERATIONS if each.name == "expand")
    assert [each["name"] for each in said["expansion"]["parameter"]] == sorted(expand.parameters)
    assert said["validateCode"] == {"translations": True}


def test_another_mode_is_refused(server):
    assert server.get("metadata?mode=normative").status_code == 200
    assert server.get("metadata?mode=all").status_code == 400
