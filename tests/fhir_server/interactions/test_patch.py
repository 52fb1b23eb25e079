from __future__ import annotations

import asyncio

from tests.fhir_server.records_world import PATIENT, Records, identified
from tests.fhir_server.world import told

ACTIVE = [{"op": "add", "path": "/active", "value": True}]


def test_a_patch_makes_another_version(records):
    records.create(PATIENT)
    response = records.patch("Patient/new-1", ACTIVE)
    assert (response.status_code, response.headers["etag"]) == (200, 'W/"2"')
    assert response.json()["active"] is True
    assert records.patch("Patient/new-1", ACTIVE).headers["etag"] == 'W/"2"'


def test_a_patch_may_come_as_fhirpath_parameters_or_as_the_part_that_changes(records):
    records.create(PATIENT)
    parts = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": "Patient.gender"},
        {"name": "value", "valueCode": "male"},
    ]
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}
    assert records.patch("Patient/new-1", parameters, "application/fhir+json").json()["gender"] == "male"
    assert records.patch("Patient/new-1", {"gender": "other"}, "application/json").json()["gender"] == "other"


def test_nothing_is_patched_that_is_not_there(records):
    assert told(records.patch("Patient/none", ACTIVE)) == (
        "404 not-found: There is no Patient with the id 'none' to be patched"
    )
    records.create(PATIENT)
    records.delete("Patient/new-1")
    assert records.patch("Patient/new-1", ACTIVE).status_code == 410


def test_what_cannot_be_applied_is_refused(records):
    records.create(PATIENT)
    assert records.patch("Patient/new-1", [{"op": "remove", "path": "/photo"}]).status_code == 422
    assert records.patch("Patient/new-1", [{"op": "replace", "path": "/id", "value": "b"}]).status_code == 422
    assert records.patch("Patient/new-1", ACTIVE, "text/csv").status_code == 415
    assert records.patch("Patient/new-1", b"").status_code == 400


def test_what_a_patch_makes_is_judged():
    records = Records(judging=True)
    records.create(PATIENT)
    bad = [{"op": "replace", "path": "/gender", "value": "girl"}]
    assert records.patch("Patient/new-1", bad).status_code == 422
    assert records.get("Patient/new-1").json()["gender"] == "female"


def test_a_conditional_patch_patches_the_one_that_is_met(records):
    records.create(identified("1"))
    assert records.patch("Patient?identifier=1", ACTIVE).json()["active"] is True
    assert told(records.patch("Patient?identifier=2", ACTIVE)) == (
        "404 not-found: 'Patient?identifier=2' meets no resource to be patched"
    )
    assert records.patch("Patient/new-1", ACTIVE, if_match='W/"9"').status_code == 412


def test_patches_of_many_at_once_are_all_applied(records):
    records.create(PATIENT)
    headers = {"content-type": "application/json-patch+json"}
    asked = [
        (
            "PATCH",
            "Patient/new-1",
            {"json": [{"op": "add", "path": "/name/-", "value": {"family": f"F{n}"}}], "headers": headers},
        )
        for n in range(20)
    ]
    assert {each.status_code for each in asyncio.run(records.send_all(asked))} == {200}
    assert len(records.get("Patient/new-1").json()["name"]) == 21


def test_a_patch_in_a_bundle_that_is_not_base64_is_refused(records):
    records.put("Patient/p", {**PATIENT, "id": "p"})
    binary = {"resourceType": "Binary", "contentType": "application/json-patch+json", "data": "１２"}
    entry = {"resource": binary, "request": {"method": "PATCH", "url": "Patient/p"}}
    answer = records.post("", {"resourceType": "Bundle", "type": "batch", "entry": [entry]})
    assert answer.json()["entry"][0]["response"]["status"].startswith("400")
