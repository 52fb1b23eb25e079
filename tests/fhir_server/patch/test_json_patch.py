from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_server.outcomes import RequestRefused
from fhir_server.patch.apply import apply_patch
from fhir_server.patch.json_patch import apply_json_patch
from fhir_server.patch.limits import DEFAULT_PATCH_LIMITS, PatchLimits

FORMAT = "application/json-patch+json"
PATIENT = {
    "resourceType": "Patient",
    "id": "p",
    "meta": {"versionId": "3", "lastUpdated": "2024-01-01T00:00:00Z", "tag": [{"code": "a"}]},
    "active": True,
    "name": [{"family": "Wang", "given": ["Wei", "Ming"]}, {"family": "Li"}],
    "birthDate": "1970-01-01",
}


def op(name: str, path: str, **members: Any) -> dict[str, Any]:
    return {"op": name, "path": path, **{key.rstrip("_"): value for key, value in members.items()}}


EXAMPLES = [
    ({"foo": "bar"}, [op("add", "/baz", value="qux")], {"baz": "qux", "foo": "bar"}),
    ({"foo": ["bar", "baz"]}, [op("add", "/foo/1", value="qux")], {"foo": ["bar", "qux", "baz"]}),
    ({"baz": "qux", "foo": "bar"}, [op("remove", "/baz")], {"foo": "bar"}),
    ({"foo": ["bar", "qux", "baz"]}, [op("remove", "/foo/1")], {"foo": ["bar", "baz"]}),
    ({"baz": "qux", "foo": "bar"}, [op("replace", "/baz", value="boo")], {"baz": "boo", "foo": "bar"}),
    (
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [op("move", "/qux/thud", from_="/foo/waldo")],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    (
        {"foo": ["all", "grass", "cows", "eat"]},
        [op("move", "/foo/3", from_="/foo/1")],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    (
        {"baz": "qux", "foo": ["a", 2, "c"]},
        [op("test", "/baz", value="qux"), op("test", "/foo/1", value=2)],
        {"baz": "qux", "foo": ["a", 2, "c"]},
    ),
    (
        {"foo": "bar"},
        [op("add", "/child", value={"grandchild": {}})],
        {"foo": "bar", "child": {"grandchild": {}}},
    ),
    ({"foo": "bar"}, [op("add", "/baz", value="qux", xyz=123)], {"foo": "bar", "baz": "qux"}),
    ({"/": 9, "~1": 10}, [op("test", "/~01", value=10)], {"/": 9, "~1": 10}),
    ({"foo": ["bar"]}, [op("add", "/foo/-", value=["abc", "def"])], {"foo": ["bar", ["abc", "def"]]}),
    ({"foo": {"bar": 1}}, [op("copy", "/baz", from_="/foo")], {"foo": {"bar": 1}, "baz": {"bar": 1}}),
    ({"a": 1}, [op("replace", "", value={"b": 2})], {"b": 2}),
    ({"": {"": 1}}, [op("replace", "//", value=2)], {"": {"": 2}}),
    ({"a": [1]}, [op("move", "/a/0", from_="/a/0")], {"a": [1]}),
    ({"a": Decimal("1.10")}, [op("test", "/a", value=Decimal("1.1"))], {"a": Decimal("1.10")}),
]


@pytest.mark.parametrize(("document", "operations", "expected"), EXAMPLES)
def test_the_examples_of_the_rfc_come_out_as_it_says(document: Any, operations: Any, expected: Any) -> None:
    assert apply_json_patch(document, operations, DEFAULT_PATCH_LIMITS) == expected


@pytest.mark.parametrize(
    ("document", "operation", "said"),
    [
        ({"baz": "qux"}, op("test", "/baz", value="bar"), "'/baz' is 'qux'; expected 'bar'"),
        ({"foo": "bar"}, op("add", "/baz/bat", value="qux"), "the resource has no 'baz'; it has foo"),
        ({"/": 9, "~1": 10}, op("test", "/~01", value="10"), "'/~01' is 10; expected '10'"),
        ({"a": True}, op("test", "/a", value=1), "'/a' is True; expected 1"),
        ({"a": [1, 2]}, op("test", "/a", value=[1]), "'/a' is [1, 2]; expected [1]"),
        ({"a": [1]}, op("add", "/a/2", value=1), "beyond an array of 1; expected an index from 0 to 1"),
        ({"a": [1]}, op("remove", "/a/1"), "beyond an array of 1; expected an index from 0 to 0"),
        ({"a": [1]}, op("remove", "/a/-"), "the step '-' is the element after the last, which is not there"),
        ({"a": [1]}, op("replace", "/a/01", value=1), "the step '01' is no index"),
        ({"a": []}, op("remove", "/a/0"), "expected nothing, for it is empty"),
        ({"a": 1}, op("add", "/a/b", value=1), "'/a' is a number; expected an object or an array"),
        ({"a": {"b": 1}}, op("move", "/a/b/c", from_="/a"), "'/a' cannot be moved into itself, to '/a/b/c'"),
        ({"a": 1}, op("remove", ""), "cannot be taken away"),
        ({"a": {"b": 1}}, op("replace", "/a/c", value=1), "'/a' has no 'c'; it has b"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_operation_and_the_pointer(
    document: Any, operation: Any, said: str
) -> None:
    with pytest.raises(RequestRefused, match=f"^Operation 1 \\({operation['op']}\\): ") as caught:
        apply_json_patch(document, [operation], DEFAULT_PATCH_LIMITS)
    assert said in str(caught.value)
    assert caught.value.status == 422


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "the body is empty"),
        (b"[", "line 2, column"),
        (b'[{"op": "add"}, ]', "line 1, column"),
        (b'{"op": "add"}', "it is an object; expected an array of operations"),
        (b"[1]", "Operation 1: it is a number; expected an object"),
        (b'[{"op": "merge", "path": ""}]', "'op' is 'merge'; expected one of add, remove, replace, move, copy, test"),
        (b'[{"op": ["add"], "path": ""}]', "'op' is ['add']"),
        (b'[{"op": "add", "path": "/a"}]', "Operation 1 (add): 'value' is missing; it has op, path"),
        (b'[{"op": "copy", "path": "/a"}]', "'from' is missing"),
        (b'[{"op": "remove"}]', "'path' is missing"),
        (b'[{"op": "remove", "path": 1}]', "'path' is a number; expected a JSON Pointer"),
        (b'[{"op": "remove", "path": "a"}]', "does not begin with '/'"),
        (b'[{"op": "remove", "path": "/a~2"}]', "neither '~0' nor '~1'"),
        (b'[{"op": "add", "path": "/active", "value": false, "op": "remove"}]', "op"),
        (b'[], "more": []', "more than one value"),
        (b'["\xff"]', "not UTF-8"),
    ],
)
def test_what_is_no_json_patch_is_a_bad_request(refused: Any, body: bytes, said: str) -> None:
    refusal = refused(PATIENT, body)
    assert said in str(refusal)
    assert refusal.status == 400


def test_no_operation_takes_effect_where_one_fails(refused: Any) -> None:
    assert refused(PATIENT, [op("remove", "/birthDate"), op("test", "/active", value=False)]).status == 422


def test_decimals_keep_their_digits(patch: Any) -> None:
    observation = {"resourceType": "Observation", "id": "o", "valueQuantity": {"value": Decimal("1.10")}}
    body = b'[{"op": "add", "path": "/referenceRange", "value": [{"low": {"value": 2.500}}]}]'
    made = patch(observation, body)
    assert str(made["valueQuantity"]["value"]) == "1.10"
    assert str(made["referenceRange"][0]["low"]["value"]) == "2.500"


def test_a_list_that_was_emptied_is_gone(patch: Any) -> None:
    made = patch(PATIENT, [op("remove", "/name/0"), op("remove", "/name/0")])
    assert "name" not in made


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (op("replace", "/id", value="q"), "'id' may not be changed by a patch; it is 'p', and the patch makes it 'q'"),
        (op("remove", "/id"), "the patch removes it"),
        (op("replace", "/resourceType", value="Group"), "'resourceType' may not be changed"),
        (op("replace", "/meta/versionId", value="4"), "'meta.versionId' may not be changed"),
        (op("replace", "", value=[]), "the outcome is an array; expected a Patient"),
        (op("replace", "/meta", value="x"), "it makes 'meta' a string"),
    ],
)
def test_what_the_server_decides_cannot_be_changed(refused: Any, operation: Any, said: str) -> None:
    refusal = refused(PATIENT, [operation])
    assert said in str(refusal)
    assert refusal.status == 422


def test_meta_can_be_replaced_and_keeps_what_the_server_decides(patch: Any) -> None:
    made = patch(PATIENT, [op("replace", "/meta", value={"tag": [{"code": "b"}], "lastUpdated": "1999-01-01"})])
    assert made["meta"] == {"versionId": "3", "lastUpdated": "2024-01-01T00:00:00Z", "tag": [{"code": "b"}]}


def test_copies_of_copies_are_refused_before_they_cost_anything(refused: Any) -> None:
    doubling = [op("copy", "/contact/-", from_="/contact") for _ in range(60)]
    refusal = refused({**PATIENT, "contact": [{"gender": "male"}]}, doubling)
    assert refusal.issues[0]["code"] == "too-costly"
    assert "come to more than is allowed" in str(refusal)


def test_copies_into_copies_cannot_go_deeper_than_can_be_written(refused: Any) -> None:
    deep = [op("copy", "/contact/0" + "/contact/0" * place, from_="/contact/0") for place in range(2, 300)]
    nested = [op("copy", "/text/a" + "/a" * place, from_="/text") for place in range(300)]
    assert refused({**PATIENT, "text": {"status": "empty"}}, nested).issues[0]["code"] == "too-costly"
    assert refused({**PATIENT, "contact": [{"contact": [1]}]}, deep).status == 422


def test_the_number_of_operations_is_bounded(refused: Any) -> None:
    many = [op("test", "/active", value=True)] * 4
    assert "4 operations; at most 3" in str(refused(PATIENT, many, limits=PatchLimits(max_operations=3)))


def test_a_body_that_is_nested_too_deep_is_refused(refused: Any) -> None:
    body = b'[{"op":"add","path":"/a","value":' + b"[" * 10_000 + b"]" * 10_000 + b"}]"
    assert refused(PATIENT, body).status == 413


FAMILIES = st.text("abcd王/~ ", min_size=1, max_size=6)
NAMES = st.fixed_dictionaries(
    {"family": FAMILIES}, optional={"given": st.lists(FAMILIES, min_size=1, max_size=3), "use": st.just("usual")}
)
DECIMALS = st.decimals("-10", "10", places=2)
PATIENTS = st.fixed_dictionaries(
    {"resourceType": st.just("Patient"), "id": st.just("p")},
    optional={
        "active": st.booleans(),
        "name": st.lists(NAMES, min_size=1, max_size=4),
        "multipleBirthInteger": st.integers(0, 3),
        "extension": st.lists(
            st.fixed_dictionaries({"url": FAMILIES, "valueDecimal": DECIMALS}), min_size=1, max_size=3
        ),
        "maritalStatus": st.fixed_dictionaries({"text": FAMILIES}),
    },
)


def difference(one: Any, other: Any, path: str = "") -> list[dict[str, Any]]:
    """Operations that make the one the other."""
    if isinstance(one, dict) and isinstance(other, dict):
        gone = [op("remove", f"{path}/{key}") for key in one if key not in other]
        new = [op("add", f"{path}/{key}", value=other[key]) for key in other if key not in one]
        return [
            *gone,
            *new,
            *(row for key in one.keys() & other for row in difference(one[key], other[key], f"{path}/{key}")),
        ]
    if isinstance(one, list) and isinstance(other, list):
        shared = min(len(one), len(other))
        changed = [row for at in range(shared) for row in difference(one[at], other[at], f"{path}/{at}")]
        gone = [op("remove", f"{path}/{shared}") for _ in one[shared:]]
        return [*changed, *gone, *(op("add", f"{path}/-", value=each) for each in other[shared:])]
    return [] if repr(one) == repr(other) else [op("test", path, value=one), op("replace", path, value=other)]


@given(PATIENTS, PATIENTS)
def test_the_difference_of_two_resources_makes_the_one_the_other(one: Any, other: Any) -> None:
    before = repr(one)
    made = apply_json_patch(one, difference(one, other), DEFAULT_PATCH_LIMITS)
    assert repr(one) == before
    assert json.dumps(made, sort_keys=True, default=str) == json.dumps(other, sort_keys=True, default=str)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab/~-01", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab/~-01", max_size=2), inner, max_size=3),
    max_leaves=8,
)
POINTERS = st.lists(st.sampled_from(["name", "0", "1", "-", "family", "~1", "a", ""]), max_size=4).map(
    lambda steps: "".join("/" + step for step in steps)
)
OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]), "path": POINTERS},
    optional={"from": POINTERS, "value": JSON},
)


@given(st.lists(OPERATIONS, max_size=5))
def test_whatever_is_sent_gives_a_resource_or_a_reason(model: Any, operations: list[Any]) -> None:
    try:
        made = apply_patch(PATIENT, json.dumps(operations).encode(), FORMAT, model)
    except RequestRefused as refusal:
        status = refusal.status
    else:
        status = 200
        assert (made["resourceType"], made["id"], made["meta"]["versionId"]) == ("Patient", "p", "3")
    assert status in (200, 400, 422)
