from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_server.outcomes import RequestRefused
from fhir_server.parameters import from_query, from_resource
from terminology.operations import Parameter
from tests.fhir_server.world import SEX, parameters, told

CHECK = "CodeSystem/$validate-code"
TABLE = {
    each.name: each
    for each in (
        Parameter("code", "code"),
        Parameter("count", "integer"),
        Parameter("abstract", "boolean"),
        Parameter("property", "code", repeats=True),
    )
}


def test_a_parameter_that_may_not_repeat_is_refused_twice(server):
    for response in (
        server.get("CodeSystem/$lookup?code=1&code=2"),
        server.post(
            "CodeSystem/$lookup", {"resourceType": "Parameters", "parameter": [{"name": "code", "valueCode": "1"}] * 2}
        ),
    ):
        assert told(response) == "400 invalid: The parameter 'code' is there more than once; expected once"
    assert server.get(f"CodeSystem/$lookup?system={SEX['url']}&code=1&property=a&property=b").status_code == 200


@pytest.mark.parametrize(
    ("name", "held", "message"),
    [
        ("abstract", ("valueString", "yes"), "The parameter 'abstract' has valueString; expected valueBoolean"),
        (
            "abstract",
            ("valueBoolean", "yes"),
            "The parameter 'abstract' has the value 'yes' in valueBoolean; expected a boolean",
        ),
        ("count", ("valueBoolean", True), "The parameter 'count' has valueBoolean; expected valueInteger"),
        ("count", ("valueInteger", "3"), "The parameter 'count' has the value '3' in valueInteger; expected a whole n"),
        ("url", ("valueCoding", {"code": "a"}), "The parameter 'url' has valueCoding; expected valueUri"),
        ("url", ("valueUri", ""), "The parameter 'url' has the value '' in valueUri; expected a text that is not emp"),
        ("codeSystem", ("valueUri", "http://a"), "The parameter 'codeSystem' has valueUri; expected resource"),
        ("dependency", ("valueUri", "http://a"), "The parameter 'dependency' has valueUri; expected part"),
        ("url", ("extension", []), "The parameter 'url' has no value; expected valueUri"),
    ],
)
def test_a_value_of_another_type_is_refused_with_what_was_expected(server, name, held, message):
    response = server.post(CHECK, parameters(**{name: held}))
    assert told(response).startswith(f"400 value: {message}")
    assert response.json()["issue"][0]["expression"][0].startswith("Parameters.parameter[0]")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("abstract=yes", "The parameter 'abstract' is 'yes'; expected true or false"),
        ("count=1.5", "The parameter 'count' is '1.5'; expected a whole number"),
        ("weight=much", "The parameter 'weight' is 'much'; expected a number"),
        ("weight=NaN", "The parameter 'weight' is 'NaN'; expected a number"),
        ("codeSystem=a", "The parameter 'codeSystem' is a resource, which a URL cannot carry; send Parameters by POST"),
        ("dependency=a", "The parameter 'dependency' is made of parts, which a URL cannot carry; send Parameters by"),
    ],
)
def test_a_query_that_cannot_be_of_the_type_is_refused(server, query, message):
    assert told(server.get(f"{CHECK}?{query}")).startswith(f"400 value: {message}")


def test_a_coding_cannot_stand_in_a_query(server):
    response = server.get("CodeSystem/$lookup?coding=http://example.org/sex|1")
    assert told(response) == (
        "400 value: The parameter 'coding' is a Coding, which a URL cannot carry; send Parameters by POST"
    )


def test_booleans_written_as_text_are_read(server):
    answered = server.post(CHECK, parameters(abstract=("valueBoolean", "true"))).json()
    assert answered["parameter"] == [{"name": "abstract", "valueBoolean": True}]


def test_types_that_are_all_text_serve_for_one_another(server):
    for key in ("valueUri", "valueUrl", "valueCanonical", "valueString", "valueCode", "valueId"):
        assert server.post(CHECK, parameters(url=(key, "http://a"))).status_code == 200
    assert server.post(CHECK, parameters(count=("valuePositiveInt", 3))).status_code == 200


def test_a_query_is_given_the_types_of_the_table(server):
    answered = server.get(f"{CHECK}?abstract=false&count=-3&weight=1.50&url=http://a&other=b&_format=json").json()
    assert answered["parameter"] == [
        {"name": "abstract", "valueBoolean": False},
        {"name": "count", "valueInteger": -3},
        {"name": "weight", "valueDecimal": 1.5},
        {"name": "url", "valueUri": "http://a"},
        {"name": "other", "valueString": "b"},
    ]


def test_parameters_that_are_unknown_are_let_through(server):
    assert server.post(CHECK, parameters(other=("valueCoding", {"code": "a"}))).status_code == 200


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"resourceType": "Parameters", "parameter": {}}, "400 structure: Parameters.parameter is not a list"),
        ({"resourceType": "Parameters", "parameter": [{}]}, "400 required: Parameters.parameter[0] has no name"),
        ({"resourceType": "Parameters", "parameter": ["a"]}, "400 required: Parameters.parameter[0] has no name"),
        ({"resourceType": "Patient"}, "400 invalid: The body is a Patient; expected Parameters"),
        ({"a": 1}, "400 invalid: The body is without resourceType; expected Parameters"),
    ],
)
def test_a_body_that_is_not_parameters_is_refused(server, body, message):
    assert told(server.post(CHECK, body)) == message


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from([*TABLE, "other"]) | VALUES},
        optional={
            "valueCode": VALUES,
            "valueInteger": VALUES,
            "valueBoolean": VALUES,
            "resource": VALUES,
            "part": VALUES,
        },
    )
    | VALUES,
    max_size=4,
)


@given(ROWS | VALUES)
def test_whatever_is_sent_is_either_checked_or_refused(rows):
    refusal = None
    checked = ()
    try:
        checked = from_resource({"resourceType": "Parameters", "parameter": rows}, TABLE)
    except RequestRefused as error:
        refusal = error
    assert refusal is None or refusal.status == 400
    for row in checked:
        if row["name"] == "count":
            assert isinstance(next(row[key] for key in row if key.startswith("value")), int)


@given(st.lists(st.tuples(st.sampled_from([*TABLE, "other", ""]), st.text(max_size=6)), max_size=4))
def test_whatever_a_query_says_is_either_typed_or_refused(pairs):
    refusal, typed = None, None
    try:
        typed = from_query(tuple(pairs), TABLE)
    except RequestRefused as error:
        refusal = error
    if typed is None:
        assert refusal.status == 400
    else:
        assert [row["name"] for row in typed] == [name for name, text in pairs if text]
