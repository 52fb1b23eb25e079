from __future__ import annotations

from tests.fhir_server.records_world import PATIENT, Records, identified
from tests.fhir_server.world import told


def test_what_is_deleted_is_gone_and_its_history_stays(records):
    records.create(PATIENT)
    response = records.delete("Patient/new-1")
    assert (response.status_code, response.content, response.headers["etag"]) == (204, b"", 'W/"2"')
    assert "content-length" not in response.headers
    gone = records.get("Patient/new-1")
    assert told(gone) == ("410 deleted: Patient/new-1 was deleted as version 2; earlier versions stand in its history")
    assert records.get("Patient/new-1/_history/1").json()["name"] == PATIENT["name"]
    assert records.get("Patient/new-1/_history/2").status_code == 410


def test_to_delete_again_or_what_never_was_is_no_failure(records):
    records.create(PATIENT)
    for path in ("Patient/new-1", "Patient/new-1", "Patient/none"):
        assert records.delete(path).status_code == 204
    assert records.get("Patient/none").status_code == 404


def test_an_outcome_can_be_had(records):
    records.create(PATIENT)
    response = records.delete("Patient/new-1", prefer="return=OperationOutcome")
    assert (response.status_code, response.json()["issue"][0]["details"]["text"]) == (200, "1 resource was deleted")


def test_only_the_version_that_the_client_knows_is_deleted(records):
    records.create(PATIENT)
    assert records.delete("Patient/new-1", if_match='W/"2"').status_code == 412
    assert records.delete("Patient/new-1", if_match='W/"1"').status_code == 204


def test_a_conditional_delete_deletes_all_that_it_meets_up_to_a_limit():
    records = Records(conditional_deletes=2)
    for value in ("1", "1", "2", "2", "2"):
        records.create(identified(value))
    assert records.delete("Patient?identifier=1").status_code == 204
    assert told(records.delete("Patient?identifier=2")) == (
        "412 multiple-matches: 'Patient?identifier=2' meets more than 2; expected at most 2"
    )
    assert records.get("Patient?_summary=count").json()["total"] == 3
    assert records.delete("Patient?identifier=9").status_code == 204
    assert records.delete("Patient").status_code == 400
