from __future__ import annotations

import json

from plumbline.demo.institutions import LABORATORY_PROFILE, RECORD_NUMBER, XML, institutions


def test_the_same_institutions_send_the_same_records_each_time():
    assert institutions() == institutions()


def test_each_hospital_sends_what_is_of_itself():
    for each in institutions()[:2]:
        first = each.organisation.id
        assert 30 <= len(each.records) <= 60
        assert each.records[0].target == f"Organization/{first}"
        resources = [json.loads(record.body) for record in each.records]
        patients = [resource for resource in resources if resource["resourceType"] == "Patient"]
        assert patients
        assert {patient["managingOrganization"]["reference"] for patient in patients} == {f"Organization/{first}"}
        assert all(patient["identifier"][1]["system"] == RECORD_NUMBER for patient in patients)
        known = {f"Patient/{patient['id']}" for patient in patients}
        assert {resource["subject"]["reference"] for resource in resources if "subject" in resource} == known


def test_one_of_them_follows_the_profile_of_laboratory_results():
    claims = [sum(LABORATORY_PROFILE.encode() in record.body for record in each.records) for each in institutions()[:2]]
    assert claims[0] == 0 < claims[1]


def test_the_example_hospital_sends_the_example_records_as_they_are(records):
    sent = institutions()[2].records
    assert {record.type for record in sent} <= {"Condition", "Encounter", "Observation", "Organization", "Patient"} | {
        "Practitioner"
    }
    assert (records / "patient-li-ming.xml").read_bytes() in [each.body for each in sent if each.media_type == XML]
