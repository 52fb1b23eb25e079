from __future__ import annotations

from tests.fhir_server.records_world import PATIENT, Records


def test_the_verdict_is_that_of_a_write_and_nothing_is_written():
    records = Records(judging=True)
    bad = {**PATIENT, "gender": "girl"}
    told, refused = records.post("Patient/$validate", bad), records.post("Patient", bad)
    assert (told.status_code, refused.status_code) == (200, 422)
    assert told.json()["issue"] == refused.json()["issue"]
    assert records.get("Patient?_summary=count").json()["total"] == 0
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": PATIENT}]}
    assert records.post("Patient/$validate", parameters).json()["issue"][0]["severity"] == "information"


def test_what_is_stored_can_be_validated():
    records = Records(judging=True)
    records.create(PATIENT)
    assert records.get("Patient/new-1/$validate").json()["issue"][0]["severity"] == "information"
    assert records.get("Patient/none/$validate").status_code == 404
