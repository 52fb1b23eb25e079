from __future__ import annotations

import pytest

from tests.fhir_server.records_world import PATIENT, Records, identified

CHANGE = '[{"op": "add", "path": "/active", "value": true}]'
LABEL = {"meta": {"tag": [{"system": "http://example.org/tags", "code": "new"}]}}
CALLS = {
    "read": ("GET", "Patient/p", None),
    "vread": ("GET", "Patient/p/_history/1", None),
    "update": ("PUT", "Patient/p", {**PATIENT, "id": "p"}),
    "patch": ("PATCH", "Patient/p", CHANGE),
    "create": ("POST", "Patient", PATIENT),
    "search-type": ("GET", "Patient?name=x", None),
    "history-instance": ("GET", "Patient/p/_history", None),
    "history-type": ("GET", "Patient/_history", None),
    "delete": ("DELETE", "Patient/gone", None),
}


@pytest.fixture
def filled(records: Records) -> Records:
    for each in ("p", "gone"):
        assert records.put(f"Patient/{each}", {**PATIENT, "id": each}).status_code == 201
    return records


def test_every_interaction_claimed_of_patients_succeeds(filled: Records):
    statement = filled.get("metadata").json()["rest"][0]
    row = next(each for each in statement["resource"] if each["type"] == "Patient")
    for code in (each["code"] for each in row["interaction"]):
        method, path, body = CALLS[code]
        if body is None:
            answer = filled.send(method, path)
        elif method == "PATCH":
            answer = filled.patch(path, body)
        else:
            answer = filled.create(body) if method == "POST" else filled.put(path, body)
        assert answer.is_success, (code, answer.text)


def test_the_conditional_interactions_claimed_succeed(filled: Records):
    by = "identifier=http://example.org/mrn|7"
    assert filled.create(identified("7"), if_none_exist=by).status_code == 201
    assert filled.create(identified("7"), if_none_exist=by).status_code == 200
    assert filled.put(f"Patient?{by}", identified("7", active=False)).status_code == 200
    assert filled.patch(f"Patient?{by}", CHANGE.replace("add", "replace")).status_code == 200
    etag = filled.get("Patient/p").headers["etag"]
    assert filled.get("Patient/p", headers={"if-none-match": etag}).status_code == 304
    assert filled.delete(f"Patient?{by}").is_success


@pytest.mark.parametrize("path", ["$meta", "Patient/$meta", "Patient/p/$meta", "Patient/p/$everything"])
def test_an_operation_that_needs_nothing_answers(filled: Records, path: str):
    assert filled.get(path).status_code == 200


@pytest.mark.parametrize("name", ["meta-add", "meta-delete"])
def test_an_operation_that_changes_labels_answers(filled: Records, name: str):
    rows = [{"name": "meta", "valueMeta": LABEL["meta"]}]
    answer = filled.post(f"Patient/p/${name}", {"resourceType": "Parameters", "parameter": rows})
    assert answer.status_code == 200


@pytest.mark.parametrize("place", ["", "Patient/", "Patient/p/"])
def test_an_expression_is_evaluated_wherever_it_is_claimed(filled: Records, place: str):
    rows = [{"name": "expression", "valueString": "1 + 1"}]
    if place != "Patient/p/":
        rows.append({"name": "resource", "resource": PATIENT})
    answer = filled.post(f"{place}$fhirpath", {"resourceType": "Parameters", "parameter": rows})
    assert answer.status_code == 200, answer.text


def test_labels_that_are_misshapen_are_refused(filled: Records):
    rows = [{"name": "meta", "valueMeta": {"tag": [{"code": {"a": "b"}}]}}]
    answer = filled.post("Patient/p/$meta-add", {"resourceType": "Parameters", "parameter": rows})
    assert answer.status_code == 400


def test_a_patch_in_a_bundle_that_is_not_base64_is_refused(filled: Records):
    binary = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": "１２"}
    entry = {"resource": binary, "request": {"method": "PATCH", "url": "Patient/p"}}
    answer = filled.post("", {"resourceType": "Bundle", "type": "batch", "entry": [entry]})
    assert answer.json()["entry"][0]["response"]["status"].startswith("400")
