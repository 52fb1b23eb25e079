from __future__ import annotations

from tests.fhir_server.records_world import PATIENT
from tests.fhir_server.world import told


def test_what_never_was_is_not_found(records):
    assert told(records.get("Patient/none")) == "404 not-found: There is no Patient with the id 'none'"
    assert told(records.get("Patent/1")).startswith(
        "404 not-found: There is nothing at 'Patent/1'; resource types here: Patient"
    )


def test_a_client_that_has_the_version_gets_no_body(records):
    records.create(PATIENT)
    for headers in ({"if-none-match": 'W/"1"'}, {"if-modified-since": "Mon, 06 May 2024 07:08:11 GMT"}):
        response = records.get("Patient/new-1", headers=headers)
        assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", 'W/"1"')
    assert records.get("Patient/new-1", headers={"if-none-match": "1"}).status_code == 304, "its bare number will do"
    assert records.get("Patient/new-1", headers={"if-none-match": "2"}).status_code == 200
    for headers in ({"if-none-match": 'W/"2"'}, {"if-modified-since": "Mon, 06 May 2024 07:08:10 GMT"}):
        assert records.get("Patient/new-1", headers=headers).status_code == 200
    assert told(records.get("Patient/new-1", headers={"if-modified-since": "yesterday"})).startswith("400 value: ")


def test_head_says_what_get_would_without_the_body(records):
    records.create(PATIENT)
    read, head = records.get("Patient/new-1"), records.send("HEAD", "Patient/new-1")
    assert head.content == b""
    assert head.headers["content-length"] == str(len(read.content))
    assert records.send("HEAD", "Patient/none").status_code == 404


def test_a_part_can_be_had(records):
    records.create({**PATIENT, "text": {"status": "generated", "div": "<div/>"}, "photo": [{"title": "a"}]})
    subsetted = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
    summary = records.get("Patient/new-1?_summary=true").json()
    assert summary["meta"]["tag"] == [subsetted]
    assert {"text", "photo"}.isdisjoint(summary)
    assert summary["gender"] == "female"
    elements = records.get("Patient/new-1?_elements=gender,Patient.photo").json()
    assert set(elements) == {"resourceType", "id", "meta", "gender", "photo"}
    assert set(records.get("Patient/new-1?_summary=text").json()) == {"resourceType", "id", "meta", "text"}
    assert b"\n" in records.get("Patient/new-1?_pretty=true").content


def test_elements_that_a_type_requires_are_always_there(records):
    records.create({"resourceType": "Observation", "status": "final", "code": {"text": "a"}, "valueString": "b"})
    made = records.get("Observation/new-1?_elements=issued").json()
    assert set(made) == {"resourceType", "id", "meta", "status", "code"}
    assert records.get("Observation/new-1?_elements=value").json()["valueString"] == "b"
    assert records.get("Observation/new-1?_summary=true").json()["valueString"] == "b"


def test_xml_can_be_had(records):
    records.create(PATIENT)
    response = records.get("Patient/new-1?_format=xml")
    assert response.headers["content-type"] == "application/fhir+xml; charset=utf-8"
    assert b'<versionId value="1"/>' in response.content


def test_every_version_can_be_read(records):
    records.create(PATIENT)
    records.put("Patient/new-1", {**PATIENT, "id": "new-1", "active": True})
    assert "active" not in records.get("Patient/new-1/_history/1").json()
    second = records.get("Patient/new-1/_history/2")
    assert (second.json()["active"], second.headers["etag"]) == (True, 'W/"2"')
    assert told(records.get("Patient/new-1/_history/3")) == "404 not-found: There is no version '3' of Patient/new-1"
    for wrong in ("0", "01", "x", "-1", "1" * 30):
        assert records.get(f"Patient/new-1/_history/{wrong}").status_code == 404


def test_terminology_is_read_from_the_store_and_else_from_what_is_installed(records):
    assert records.get("CodeSystem/sex").json()["title"] == "性别代码"
    mine = {"resourceType": "CodeSystem", "id": "sex", "status": "draft", "content": "not-present"}
    assert records.put("CodeSystem/sex", mine).status_code == 201
    assert records.get("CodeSystem/sex").json()["status"] == "draft"
