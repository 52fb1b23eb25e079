from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.scoring.rules.masking import LONGEST, masked, masked_value

PATIENT = {
    "resourceType": "Patient",
    "name": [{"text": "王芳"}, {"given": ["Ann", "B2"]}],
    "maritalStatus": {"coding": [{"system": "urn:x", "code": "M-7"}]},
    "deceasedBoolean": True,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Patient.name[0].text", "某某"),
        ("Patient.name[1].given[1]", "x9"),
        ("Patient.maritalStatus", "x-9"),
        ("Patient.deceasedBoolean", "xxxx"),
        ("Patient.name", ""),
        ("Patient.name[7].text", ""),
        ("Patient.nothing.below", ""),
        ("Patient.name[0].text.resolve()", ""),
        ("Patient", ""),
    ],
)
def test_what_a_finding_is_about_is_shown_by_its_form_only(path: str, value: str) -> None:
    assert masked_value(PATIENT, path) == value


@given(st.text(max_size=100))
def test_no_letter_and_no_digit_is_left(text: str) -> None:
    found = masked(text)
    assert len(found) == min(len(text), LONGEST)
    assert all(each in "x9某" for each in found if each.isalnum())
