from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.store.criteria import (
    All,
    Chain,
    DateTest,
    Has,
    Match,
    Missing,
    Not,
    Some,
    StringTest,
    TokenTest,
    WithId,
)
from fhir_server.outcomes import RequestRefused
from fhir_server.search.context import SearchLimits
from fhir_server.search.elements.intervals import interval
from fhir_server.search.filter_syntax import Comparison, Logical, Name, Negation, parse_filter
from tests.fhir_server.search.world import found, observation, parsed, patient

LIMITS = SearchLimits()


def criterion(text, types="Patient", **context):
    return parsed(f"_filter={text}", types, **context).query.criterion


def given_is(mode, text):
    return Match("given", (StringTest(mode, text),))


@pytest.mark.parametrize(
    ("text", "types", "expected"),
    [
        ('name co "pet"', "Patient", Match("name", (StringTest("contains", "pet"),))),
        (
            'given eq "peter" and birthdate ge 2014-10-10',
            "Patient",
            All((given_is("equal", "peter"), Match("birthdate", (DateTest("ge", *interval("2014-10-10")),)))),
        ),
        ("code eq http://loinc.org|1234-5", "Observation", Match("code", (TokenTest("http://loinc.org", "1234-5"),))),
        (
            'subject:Patient.name co "pet"',
            "Observation",
            Some((Chain("subject", ("Patient",), Match("name", (StringTest("contains", "pet"),))),)),
        ),
        (
            "subject:Patient.id eq 3425",
            "Observation",
            Some((Chain("subject", ("Patient",), WithId(frozenset(("3425",)))),)),
        ),
        ("name pr true", "Patient", Not(Missing("name"))),
        ("name pr false", "Patient", Missing("name")),
        ("gender ne male", "Patient", All((Not(Missing("gender")), Not(Match("gender", (TokenTest(None, "male"),)))))),
        ("birthdate po 2014-10", "Patient", Match("birthdate", (DateTest("ap", *interval("2014-10")),))),
        (
            "_has:Observation:patient:code eq x",
            "Patient",
            Has("Observation", "patient", Match("code", (TokenTest(None, "x"),))),
        ),
        (
            "subject:Patient[gender eq male].given sw Jo",
            "Observation",
            Some(
                (
                    Chain(
                        "subject",
                        ("Patient",),
                        All((Match("gender", (TokenTest(None, "male"),)), given_is("starts", "jo"))),
                    ),
                )
            ),
        ),
    ],
)
def test_a_filter_asks_for_what_the_specification_says(text, types, expected):
    assert criterion(text, types) == expected


def test_and_binds_closer_than_or_and_parentheses_closer_still():
    assert parse_filter("a eq 1 or b eq 2 and not (c eq 3)", LIMITS) == Logical(
        "or",
        (
            Comparison((Name("a"),), "eq", "1"),
            Logical("and", (Comparison((Name("b"),), "eq", "2"), Negation(Comparison((Name("c"),), "eq", "3")))),
        ),
    )
    assert parse_filter('(a eq "x) \\" y" or b eq 2) and c eq 3', LIMITS) == Logical(
        "and",
        (
            Logical("or", (Comparison((Name("a"),), "eq", 'x) " y'), Comparison((Name("b"),), "eq", "2"))),
            Comparison((Name("c"),), "eq", "3"),
        ),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name", "expected one of eq, ne"),
        ("name eq", "expected a value"),
        ("name like x", "character 5: found like x"),
        ("name eq x y", "expected 'and', 'or' or the end"),
        ("(name eq x", "expected ')'"),
        ("gender co x", "expected eq, ne, ss, sb, in, ni, pr"),
        ("shoe eq x", "'shoe'"),
        ("name pr maybe", "expected true or false"),
        ("name.given eq x", "expected a reference"),
        ("general-practitioner.shoe eq x", "known for no type"),
        ("general-practitioner[active eq true] eq x", "brackets"),
        ("birthdate eq soon", "expected a date"),
        ("_has:X:y:z eq 1", "no type"),
        ('name eq "\\x"', "as JSON writes it"),
        ("(" * 40 + "name eq x" + ")" * 40, "nested more than 30"),
    ],
)
def test_what_is_wrong_in_a_filter_is_named(text, message):
    with pytest.raises(RequestRefused) as refusal:
        criterion(text)
    assert message in str(refusal.value)
    assert refusal.value.status == 400


def test_a_filter_finds():
    people = [
        patient("a", name=[{"given": ["Peter"]}], gender="male", birthDate="2014-10-10"),
        patient("b", name=[{"given": ["Petra"]}], gender="female", birthDate="2014-10-09"),
        patient("c"),
    ]
    seen = [observation("o", subject={"reference": "Patient/a"})]
    assert found(people, '_filter=given eq "PETER" and birthdate ge 2014-10-10') == ["a"]
    assert found(people, "_filter=given ew ra or gender eq male") == ["a", "b"]
    assert found(people, "_filter=not (name pr true)") == ["c"]
    assert found(people, "_filter=gender ne male") == ["b"]
    assert found([*people, *seen], "_filter=patient.given sw pet", "Observation") == ["o"]


names = st.from_regex(r"[a-z_][a-z_\-]{0,6}", fullmatch=True).filter(lambda each: each not in ("not", "and", "or"))
comparisons = st.builds(
    Comparison,
    st.lists(st.builds(Name, names), min_size=1, max_size=3).map(tuple),
    st.sampled_from(("eq", "co", "in")),
    st.text(max_size=8),
)
trees = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(Negation, inner),
        st.builds(Logical, st.sampled_from(("and", "or")), st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)


def written(tree):
    import orjson

    match tree:
        case Comparison(path, operator, value):
            return f"{'.'.join(each.name for each in path)} {operator} {orjson.dumps(value).decode()}"
        case Negation(part):
            return f"not ({written(part)})"
        case Logical(operator, parts):
            return f" {operator} ".join(f"({written(each)})" for each in parts)


@given(trees)
def test_what_is_written_is_read_back(tree):
    assert parse_filter(written(tree), SearchLimits(filter_length=100_000)) == tree
