from __future__ import annotations

import pytest

from tests.fhir_server.world import SEX, told

LOOKUP = f"CodeSystem/$lookup?system={SEX['url']}&code=1"
JSON, XML = "application/fhir+json; charset=utf-8", "application/fhir+xml; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", JSON),
        ("", JSON),
        ("application/fhir+json; fhirVersion=4.0", JSON),
        ("application/xml", XML),
        ("application/fhir+xml, application/fhir+json;q=0.9", XML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
    ],
)
def test_the_client_chooses_the_format(server, accept, given):
    assert server.get(LOOKUP, headers={"accept": accept}).headers["content-type"] == given


@pytest.mark.parametrize(
    ("named", "given"), [("xml", XML), ("application/fhir%2Bxml", XML), ("application/fhir+json", JSON), ("html", JSON)]
)
def test_format_in_the_query_wins(server, named, given):
    response = server.get(f"{LOOKUP}&_format={named}", headers={"accept": "application/fhir+json"})
    assert response.headers["content-type"] == given


def test_pretty_is_written_in_lines(server):
    assert "\n" not in server.get(LOOKUP).text
    assert "\n" in server.get(f"{LOOKUP}&_pretty=true").text
    assert "\n" in server.get(f"{LOOKUP}&_format=xml&_pretty=true").text
    assert "\n" in server.get(LOOKUP, headers={"accept": "text/html"}).text


@pytest.mark.parametrize("asked", ["image/png", "application/fhir+json; fhirVersion=5.0", "application/fhir+turtle"])
def test_a_format_that_is_not_there_is_not_acceptable(server, asked):
    expected = "expected application/fhir+json or application/fhir+xml, of fhirVersion 4.0"
    response = server.get(LOOKUP, headers={"accept": asked})
    assert told(response) == f"406 not-supported: The answer cannot be given as '{asked}'; {expected}"
    assert server.get(LOOKUP, params={"_format": asked}).status_code == 406


@pytest.mark.parametrize("declared", ["text/csv", "application/fhir+json; fhirVersion=5.0"])
def test_a_body_of_another_kind_is_not_supported(server, declared):
    response = server.post("CodeSystem/$lookup", "a,b", headers={"content-type": declared})
    assert told(response).startswith(f"415 not-supported: The body is declared as '{declared}'; expected application/")


@pytest.mark.parametrize(
    ("body", "declared", "message"),
    [
        ('{"resourceType": "Parameters",\n  "parameter": [}', "application/json", "line 2, column 17"),
        ("<Parameters", "application/xml", "The body cannot be read as XML: line 1"),
        ("<!DOCTYPE a><Parameters/>", "application/xml", "The body cannot be read as XML"),
        ("", "application/json", "The request has no body; expected a resource in JSON or XML"),
        ("[1]", "application/json", "found '[1]', expected an object in braces"),
        ('{"a":' * 300 + "1" + "}" * 300, "application/json", "The body is beyond a limit: the JSON is nested deeper"),
        (b'{"a": "\xff"}', "application/json", "The body cannot be read as JSON"),
        ("hello", "", "The body is neither JSON nor XML"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_with_the_place(server, body, declared, message):
    response = server.post("CodeSystem/$lookup", body, headers={"content-type": declared})
    assert response.status_code in (400, 413, 415)
    assert message in told(response)


def test_xml_with_what_has_no_place_is_refused_with_its_line(server):
    body = '<Parameters xmlns="http://hl7.org/fhir">\n<parameter><name value="a"/><colour/></parameter></Parameters>'
    response = server.post("CodeSystem/$lookup", body, headers={"content-type": "application/fhir+xml"})
    assert response.status_code == 400
    assert response.json()["issue"][0]["location"] == ["line 2, column 29"]


def test_a_body_is_told_apart_where_nothing_declares_it(server):
    row = '<parameter><name value="name"/><valueString value="b"/></parameter>'
    body = f'<Parameters xmlns="http://hl7.org/fhir">{row}</Parameters>'
    response = server.send("POST", "$closure", content=body)
    assert response.json()["parameter"] == [{"name": "name", "valueString": "b"}]


def test_head_tells_what_get_would_without_the_body(server):
    response = server.send("HEAD", LOOKUP)
    assert response.status_code == 200
    assert response.content == b""
    assert int(response.headers["content-length"]) == len(server.get(LOOKUP).content)


def test_what_xml_cannot_hold_is_told_in_json(server):
    response = server.get("Patient/%00?_format=xml")
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("application/fhir+json")
    assert response.json()["resourceType"] == "OperationOutcome"
