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


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("བཀྲ་ཤིས", "xxx་xxx"),  # Tibetan, with letters and vowels that are marks
        ("अमित", "xxxx"),
        ("⼈⺀", "某某"),  # radicals that look like characters
        ("\ue000", "x"),  # for private use, where fonts of hospitals have rare names
        ("ⒿⓄⒽⓃ", "xxxx"),
        ("👍\u202e\u200b", "xxx"),
        ("A1 <2.5> ￥3，王", "x9 <9.9> ￥9，某"),
    ],
)
def test_nothing_in_which_a_name_can_be_written_is_left(text: str, left: str) -> None:
    assert masked(text) == left
