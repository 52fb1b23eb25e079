from __future__ import annotations

import asyncio

from tests.fhir_server.records_world import BY_IDENTIFIER, PATIENT, Records, identified
from tests.fhir_server.world import told


def test_what_is_created_gets_an_id_a_version_and_an_instant_and_is_answered_as_it_is_kept(records):
    response = records.create({**PATIENT, "id": "mine", "meta": {"versionId": "9", "tag": [{"code": "a"}]}})
    assert response.status_code == 201
    assert response.headers["location"] == "http://localhost/fhir/Patient/new-1/_history/1"
    assert response.headers["etag"] == 'W/"1"'
    assert response.headers["last-modified"] == "Mon, 06 May 2024 07:08:11 GMT"
    kept = {"versionId": "1", "lastUpdated": "2024-05-06T07:08:11.000Z", "tag": [{"code": "a"}]}
    assert response.json() == {**PATIENT, "id": "new-1", "meta": kept}
    assert records.get("Patient/new-1").content == response.content


def test_decimals_keep_their_digits(records):
    quantity = '{"resourceType":"Observation","valueQuantity":{"value":1.10}}'
    assert b'"value":1.10' in records.send("POST", "Observation", content=quantity).content
    assert b'"value":1.10' in records.get("Observation/new-1").content


def test_the_client_says_how_much_it_wants_back(records):
    minimal = records.create(PATIENT, prefer="return=minimal")
    assert (minimal.status_code, minimal.content) == (201, b"")
    assert "content-type" not in minimal.headers
    assert minimal.headers["location"].endswith("/Patient/new-1/_history/1")
    outcome = records.create(PATIENT, prefer="return=OperationOutcome").json()
    assert outcome["issue"][0]["severity"] == "information"
    assert records.create(PATIENT, prefer="respond-fast, return=representation").json()["id"] == "new-3"


def test_xml_is_as_good_as_json(records):
    xml = '<Patient xmlns="http://hl7.org/fhir"><active value="true"/></Patient>'
    headers = {"content-type": "application/fhir+xml", "accept": "application/fhir+xml"}
    response = records.send("POST", "Patient", content=xml, headers=headers)
    assert response.status_code == 201
    assert b'<id value="new-1"/>' in response.content
    assert records.get("Patient/new-1").json()["active"] is True


def test_what_is_no_such_resource_is_refused(records):
    assert told(records.post("Patient", {"resourceType": "Group"})) == (
        "400 invalid: The body is a Group; expected a Patient"
    )
    assert told(records.post("Patient", {"active": True})) == (
        "400 invalid: The body is without resourceType; expected a Patient"
    )
    assert told(records.post("Patient", {**PATIENT, "meta": "none"})) == (
        "400 structure: Patient.meta is not an object"
    )
    assert told(records.post("Patient", b"")) == (
        "400 invalid: The request has no body; expected a resource in JSON or XML"
    )
    assert told(records.post("Patient", b'{"resourceType":')).startswith(
        "400 structure: The body cannot be read as JSON"
    )
    assert records.post("Patient", PATIENT, headers={"content-type": "text/csv"}).status_code == 415
    assert told(records.post("Parameters", {"resourceType": "Parameters"})).startswith("404 not-found")


def test_a_condition_that_meets_nothing_lets_create(records):
    response = records.create(identified("1"), if_none_exist=BY_IDENTIFIER + "1")
    assert response.status_code == 201


def test_a_condition_that_meets_one_gives_that_one(records):
    records.create(identified("1"))
    response = records.create(identified("1", active=True), if_none_exist=BY_IDENTIFIER + "1")
    assert response.status_code == 200
    assert response.headers["location"].endswith("Patient/new-1/_history/1")
    assert "active" not in response.json()


def test_a_condition_that_meets_several_is_refused(records):
    records.create(identified("1"))
    records.create(identified("1"))
    assert told(records.create(identified("1"), if_none_exist="identifier=1")) == (
        "412 multiple-matches: 'Patient?identifier=1' meets more than 1; expected one"
    )


def test_a_condition_that_says_nothing_or_nothing_that_is_known_is_refused(records):
    assert told(records.create(PATIENT, if_none_exist="_format=json")).startswith("400 required: ")
    assert told(records.create(PATIENT, if_none_exist="_count=1")).startswith("400 required: '_count=1' does not say")
    assert told(records.create(PATIENT, if_none_exist="idenifier=1")).startswith(
        "400 not-supported: Patient cannot be searched by 'idenifier'; did you mean identifier"
    )


def test_of_many_at_once_under_one_condition_one_is_created():
    records = Records()
    headers = {"content-type": "application/fhir+json", "if-none-exist": BY_IDENTIFIER + "1"}
    asked = ("POST", "Patient", {"json": identified("1"), "headers": headers})
    answers = asyncio.run(records.send_all([asked] * 64))
    assert sorted(each.status_code for each in answers) == [200] * 63 + [201]
    assert len({each.json()["id"] for each in answers}) == 1


def test_criteria_in_the_address_are_a_condition_like_those_of_the_header(records):
    first = records.post("Patient?identifier=1", identified("1"))
    again = records.post("Patient?identifier=1&_format=json", identified("1", active=True))
    assert [first.status_code, again.status_code] == [201, 200]
    assert again.json() == first.json()
    assert records.post("Patient?_format=json", identified("1")).status_code == 201
    assert told(records.post("Patient?idenifier=1", PATIENT)).startswith("400 not-supported: ")


def test_criteria_in_the_address_and_in_the_header_must_be_the_same(records):
    same = {"if-none-exist": "active=true&identifier=1"}
    assert records.post("Patient?identifier=1&active=true", identified("1"), headers=same).status_code == 201
    assert told(records.post("Patient?identifier=2", identified("2"), headers=same)) == (
        "400 invalid: If-None-Exist is 'active=true&identifier=1', but the address asks for 'identifier=2'; "
        "expected the same, or one alone"
    )


def test_the_header_may_hold_a_whole_address(records):
    records.create(identified("1"))
    for start in ("?", "Patient?", "http://localhost/fhir/Patient?", "https://gate.example.org/Patient?"):
        assert records.create(identified("1"), if_none_exist=f"{start}identifier=1").status_code == 200
    assert told(records.create(PATIENT, if_none_exist="http://localhost/fhir/Group?identifier=1")) == (
        "400 value: If-None-Exist is 'http://localhost/fhir/Group?identifier=1'; expected criteria of Patient"
    )


def test_what_breaks_the_rules_is_refused_with_every_reason_and_remembered_as_evidence():
    records = Records(judging=True)
    response = records.create({**PATIENT, "gender": "girl", "birthDate": "1990-13-01"})
    assert response.status_code == 422
    issues = [each for each in response.json()["issue"] if each["severity"] == "error"]
    assert {each["expression"][0] for each in issues} == {"Patient.gender", "Patient.birthDate"}
    assert records.get("Patient").json().get("entry") is None
    assert len(logged(records, "evidence")) == 1
    records.create(PATIENT)
    assert [each["accepted"] for each in logged(records, "evidence")] == [False, True]


def logged(records, log):
    async def read():
        return [document async for _, document in records.store.log(log)]

    return asyncio.run(read())
