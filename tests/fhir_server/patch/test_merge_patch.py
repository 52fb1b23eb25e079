from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_server.patch.merge_patch import apply_merge_patch

FORMAT = "application/merge-patch+json"
PATIENT = {"resourceType": "Patient", "id": "p", "active": True, "name": [{"family": "Wang"}], "birthDate": "1970"}


@pytest.mark.parametrize(
    ("target", "patch", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_the_examples_of_the_rfc_come_out_as_it_says(target: Any, patch: Any, expected: Any) -> None:
    assert apply_merge_patch(target, patch) == expected


@pytest.mark.parametrize("content_type", [FORMAT, "application/json", "application/json; charset=utf-8"])
def test_plain_json_is_merged(patch: Any, content_type: str) -> None:
    made = patch(PATIENT, {"active": False, "name": [{"text": "王"}], "birthDate": None}, content_type)
    assert made == {"resourceType": "Patient", "id": "p", "active": False, "name": [{"text": "王"}]}


def test_plain_json_that_is_an_array_is_a_json_patch(patch: Any) -> None:
    made = patch(PATIENT, [{"op": "remove", "path": "/active"}], "application/json")
    assert "active" not in made


def test_plain_json_that_is_parameters_is_a_fhirpath_patch(patch: Any) -> None:
    parts = [{"name": "type", "valueCode": "delete"}, {"name": "path", "valueString": "Patient.active"}]
    body = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}
    assert "active" not in patch(PATIENT, body, "application/json")


def test_the_id_and_type_may_be_named_but_not_changed(patch: Any, refused: Any) -> None:
    assert patch(PATIENT, {"resourceType": "Patient", "id": "p", "active": False})["active"] is False
    assert "'id' may not be changed" in str(refused(PATIENT, {"id": "q"}))
    assert "'resourceType' may not be changed" in str(refused(PATIENT, {"resourceType": "Group"}))
    assert "'resourceType' may not be changed" in str(refused(PATIENT, {"resourceType": None}))


def test_only_an_object_can_be_merged(refused: Any) -> None:
    assert "it is an array; expected an object" in str(refused(PATIENT, []))


LEAVES = st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=2)
OBJECTS = st.recursive(
    st.dictionaries(st.sampled_from("abc"), LEAVES, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner | LEAVES, max_size=3),
    max_leaves=6,
)


def merge_difference(one: Any, other: Any) -> dict[str, Any]:
    made: dict[str, Any] = {key: None for key in one if key not in other}
    for key, value in other.items():
        before = one.get(key)
        both = isinstance(before, dict) and isinstance(value, dict)
        made[key] = merge_difference(before, value) if both else value
    return made


@given(OBJECTS, OBJECTS)
def test_the_difference_of_two_objects_makes_the_one_the_other(one: Any, other: Any) -> None:
    assert apply_merge_patch(one, merge_difference(one, other)) == other
