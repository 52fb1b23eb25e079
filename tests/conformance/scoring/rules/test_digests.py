from __future__ import annotations

import pytest

from conformance.scoring.rules.digests import business_identity, content_digest, patient_digest


@pytest.mark.parametrize("other", ["https://example.org/fhir/Patient/1", "Patient/1/_history/2"])
def test_a_patient_is_one_however_referred_to(other):
    assert patient_digest(other) == patient_digest("Patient/1") != patient_digest("Patient/2")


@pytest.mark.parametrize("other", ["urn:uuid:1", "OtherPatient/1", "Patient/王芳 138", "#p"])
def test_what_names_no_patient_is_told_apart_as_it_stands(other):
    assert patient_digest(other) not in ("", patient_digest("Patient/1"))
    assert patient_digest("") == ""


def test_content_is_the_same_in_another_order_and_under_another_id():
    one = {"resourceType": "Patient", "id": "1", "meta": {"versionId": "1"}, "gender": "male", "active": True}
    other = {"active": True, "gender": "male", "id": "2", "resourceType": "Patient"}
    assert content_digest(one) == content_digest(other) != content_digest({**other, "gender": "female"})


def test_a_record_is_known_by_its_first_whole_identifier():
    named = {"resourceType": "Patient", "identifier": [{"value": "0"}, {"system": "urn:a", "value": "1"}]}
    assert business_identity(named) == business_identity({**named, "identifier": named["identifier"][1:]}) != ""
    assert business_identity({"resourceType": "Patient", "identifier": [{"system": "urn:a"}]}) == ""
