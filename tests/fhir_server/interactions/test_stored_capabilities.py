from __future__ import annotations

import pytest

from tests.fhir_server.records_world import Records, judge


@pytest.fixture(scope="module")
def told_of():
    records = Records(judging=True)
    return records, records.get("metadata").json()


def test_what_the_server_says_of_itself_is_valid(told_of):
    examined = judge().judge(told_of[1], method="POST", now=told_of[0].time())
    assert not [each.text() for each in examined.issues if each.is_error]


def test_the_statement_says_how_versions_and_conditions_are_kept(told_of):
    row = next(each for each in told_of[1]["rest"][0]["resource"] if each["type"] == "Patient")
    assert (row["versioning"], row["readHistory"], row["updateCreate"]) == ("versioned", True, True)
    assert row["conditionalDelete"] == "multiple"
    assert "application/json-patch+json" in told_of[1]["patchFormat"]
    assert "http://hl7.org/fhir/CompartmentDefinition/patient" in told_of[1]["rest"][0]["compartment"]
    assert told_of[0].get("Patient/none/Observation").status_code == 200
    names = {each["name"] for each in row["searchParam"]}
    assert {"_id", "_lastUpdated", "_tag", "name", "birthdate"} <= names
    assert "Observation:subject" in next(
        each["searchInclude"] for each in told_of[1]["rest"][0]["resource"] if each["type"] == "Observation"
    )
