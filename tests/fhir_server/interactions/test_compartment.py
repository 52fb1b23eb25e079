from __future__ import annotations

import pytest

from tests.fhir_server.records_world import PATIENT, Records
from tests.fhir_server.world import told

OURS = ["Condition/c", "Encounter/e", "Observation/o1", "Observation/o2", "Patient/p"]


def keys(answer):
    rows = answer.json().get("entry", ())
    return [f"{each['resource']['resourceType']}/{each['resource']['id']}" for each in rows]


def following(answer):
    return next((each["url"] for each in answer.json()["link"] if each["relation"] == "next"), None)


@pytest.fixture
def records(judged: Records) -> Records:
    seen = {"resourceType": "Observation", "status": "final", "code": {"text": "a"}}
    subject = {"subject": {"reference": "Patient/p"}}
    entry = [
        {**PATIENT, "id": "p"},
        {**PATIENT, "id": "q"},
        {**seen, "id": "o1", **subject},
        {**seen, "id": "o2", "performer": [{"reference": "Patient/p"}]},
        {**seen, "id": "o3", "subject": {"reference": "Patient/q"}},
        # Its focus refers to the patient, by which an Observation does not belong.
        {**seen, "id": "o4", "focus": [{"reference": "Patient/p"}]},
        {"resourceType": "Condition", "id": "c", **subject},
        {
            "resourceType": "Encounter",
            "id": "e",
            "status": "finished",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            **subject,
        },
        # A device belongs to no patient's compartment, whatever it refers to.
        {"resourceType": "Device", "id": "d", "patient": {"reference": "Patient/p"}},
    ]
    rows = [
        {"resource": each, "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"}}
        for each in entry
    ]
    answer = judged.post("", {"resourceType": "Bundle", "type": "transaction", "entry": rows})
    assert answer.status_code == 200, answer.text
    return judged


def test_all_that_belongs_to_a_patient_is_found_whatever_its_type(records: Records):
    answer = records.get("Patient/p/*?_total=accurate")
    assert keys(answer) == OURS
    assert answer.json()["total"] == len(OURS)
    assert keys(records.get("Patient/nobody/*")) == []
    assert records.get("Patient/p/*?_summary=count").json()["total"] == len(OURS)


def test_its_pages_hold_still_while_others_write(records: Records):
    answer = records.get("Patient/p/*?_count=2")
    found = keys(answer)
    records.put("Condition/d", {"resourceType": "Condition", "id": "d", "subject": {"reference": "Patient/p"}})
    records.delete("Condition/c")
    while (link := following(answer)) is not None:
        answer = records.get(link)
        found += keys(answer)
    assert found == OURS


def test_types_and_common_parameters_narrow_it(records: Records):
    assert keys(records.get("Patient/p/*?_type=Observation,Condition")) == [
        "Condition/c",
        "Observation/o1",
        "Observation/o2",
    ]
    assert keys(records.get("Patient/p/*?_id=o1")) == ["Observation/o1"]
    assert keys(records.get("Patient/p/*?_sort=_id&_count=3")) == ["Condition/c", "Encounter/e", "Observation/o1"]
    assert told(records.get("Patient/p/*?_type=Device")).startswith("400 value: '_type' names 'Device'")


def test_other_compartments_are_searched_alike(records: Records):
    assert keys(records.get("Encounter/e/*")) == ["Encounter/e"]
    assert keys(records.get("Practitioner/x/*")) == []
