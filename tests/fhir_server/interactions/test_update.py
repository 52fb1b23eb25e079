from __future__ import annotations

import asyncio

import pytest

from tests.fhir_server.records_world import BY_IDENTIFIER, PATIENT, identified
from tests.fhir_server.world import told

ONE = {**PATIENT, "id": "one"}


def test_what_is_not_there_is_created_under_the_id_that_the_client_chose(records):
    response = records.put("Patient/one", ONE)
    assert response.status_code == 201
    assert response.headers["location"] == "http://localhost/fhir/Patient/one/_history/1"
    assert records.get("Patient/one").json()["name"] == PATIENT["name"]


def test_what_is_there_gets_another_version(records):
    records.put("Patient/one", ONE)
    response = records.put("Patient/one", {**ONE, "active": True})
    assert (response.status_code, response.headers["etag"]) == (200, 'W/"2"')
    assert response.json()["meta"]["versionId"] == "2"
    assert "location" not in response.headers


def test_what_changes_nothing_makes_no_version(records):
    first = records.put("Patient/one", ONE)
    again = {**dict(reversed(ONE.items())), "meta": {"versionId": "7", "lastUpdated": "2000-01-01T00:00:00Z"}}
    same = records.put("Patient/one", again)
    assert (same.status_code, same.headers["etag"]) == (200, 'W/"1"')
    assert same.content == first.content


def test_another_digit_of_a_decimal_is_a_change(records):
    body = '{"resourceType":"Observation","id":"a","valueQuantity":{"value":%s}}'
    assert records.put("Observation/a", body % "1.1").headers["etag"] == 'W/"1"'
    assert records.put("Observation/a", body % "1.10").headers["etag"] == 'W/"2"'
    assert records.put("Observation/a", body % "1.10").headers["etag"] == 'W/"2"'


def test_the_body_names_the_id_of_the_path(records):
    assert told(records.put("Patient/one", PATIENT)) == (
        "400 value: The id of the body is missing; expected 'one', the id of what is to be updated"
    )
    assert told(records.put("Patient/two", ONE)) == (
        "400 value: The id of the body is 'one'; expected 'two', the id of what is to be updated"
    )
    assert told(records.put("Patient/a_b", {**ONE, "id": "a_b"})).startswith("400 value: The id in the path is 'a_b'")


def test_only_the_version_that_the_client_knows_is_updated(records):
    records.put("Patient/one", ONE)
    assert records.put("Patient/one", {**ONE, "active": True}, if_match='W/"1"').status_code == 200
    assert told(records.put("Patient/one", {**ONE, "active": False}, if_match='W/"1"')) == (
        "412 conflict: If-Match asks for version 1, but it is at version 2; read it anew"
    )
    assert told(records.put("Patient/two", {**ONE, "id": "two"}, if_match='W/"1"')).startswith("412 conflict: ")
    assert told(records.put("Patient/one", ONE, if_match="1")) == (
        "400 value: If-Match is '1'; expected the ETag of a version, such as W/\"1\", or *"
    )


def test_if_none_match_lets_create_only(records):
    assert records.put("Patient/one", ONE, if_none_match="*").status_code == 201
    assert records.put("Patient/one", {**ONE, "active": True}, if_none_match="*").status_code == 412


def test_of_many_that_know_the_same_version_one_wins(records):
    records.put("Patient/one", ONE)
    headers = {"content-type": "application/fhir+json", "if-match": 'W/"1"'}
    asked = [
        ("PUT", "Patient/one", {"json": {**ONE, "birthDate": f"19{n}"}, "headers": headers}) for n in range(20, 52)
    ]
    answers = asyncio.run(records.send_all(asked))
    assert sorted(each.status_code for each in answers) == [200] + [412] * 31


def test_what_was_deleted_comes_back_as_created(records):
    records.put("Patient/one", ONE)
    records.delete("Patient/one")
    response = records.put("Patient/one", ONE)
    assert (response.status_code, response.headers["etag"]) == (201, 'W/"3"')


def test_a_conditional_update_updates_the_one_that_is_met(records):
    records.create(identified("1"))
    response = records.put(f"Patient?{BY_IDENTIFIER}1", identified("1", active=True))
    assert (response.status_code, response.json()["id"]) == (200, "new-1")


@pytest.mark.parametrize(("given", "made"), [({}, "new-1"), ({"id": "mine"}, "mine")])
def test_a_conditional_update_that_meets_nothing_creates(records, given, made):
    response = records.put(f"Patient?{BY_IDENTIFIER}1", identified("1", **given))
    assert (response.status_code, response.json()["id"]) == (201, made)


def test_a_conditional_update_does_not_replace_what_its_criteria_do_not_meet(records):
    records.put("Patient/a", identified("1", id="a"))
    response = records.put(f"Patient?{BY_IDENTIFIER}2", identified("2", id="a"))
    assert told(response).startswith(
        f"409 conflict: 'Patient?{BY_IDENTIFIER}2' meets nothing, but there is a Patient/a"
    )
    assert records.get("Patient/a").json()["identifier"][0]["value"] == "1"
    records.delete("Patient/a")
    assert records.put(f"Patient?{BY_IDENTIFIER}2", identified("2", id="a")).status_code == 201


def test_a_conditional_update_is_refused_where_it_is_not_clear_what_is_meant(records):
    records.create(identified("1"))
    assert told(records.put("Patient?identifier=1", identified("1", id="other"))).startswith(
        "400 value: The id of the body is 'other'; expected 'new-1'"
    )
    records.create(identified("1"))
    assert told(records.put("Patient?identifier=1", identified("1"))).startswith("412 multiple-matches: ")
    assert told(records.put("Patient", identified("1"))) == (
        "400 required: PUT at 'Patient' is not limited by any criteria; expected some, as in a search"
    )
