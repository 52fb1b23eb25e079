"""https://hl7.org/fhir/R4/conceptmap-operation-translate.html"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminology.engine.maps import inverse
from terminology.service import TerminologyService
from tests.terminology.operation.calls import named, parts, refusal, run, service_of, value
from tests.terminology.world import HOME, code_system, value_set, within

HERE, THERE = f"{HOME}/cs/here", f"{HOME}/cs/there"


def concept_map(name: str, group: dict[str, Any] | list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    groups = group if isinstance(group, list) else [group]
    full = [{"source": HERE, "target": THERE, **each} for each in groups]
    return {"resourceType": "ConceptMap", "url": f"{HOME}/cm/{name}", "status": "active", "group": full} | more


def element(code: str, *targets: tuple[str | None, str] | dict[str, Any]) -> dict[str, Any]:
    rows = []
    for each in targets:
        row = {"code": each[0], "equivalence": each[1]} if isinstance(each, tuple) else each
        rows.append({key: held for key, held in row.items() if held is not None})
    return {"code": code} | ({"target": rows} if rows else {})


PLAIN = concept_map(
    "plain",
    {
        "element": [
            element("a", ("x", "equivalent")),
            element("b", ("y", "wider"), ("z", "narrower")),
            element("c", (None, "unmatched")),
        ]
    },
    version="1",
)


def matches(service: TerminologyService, *further: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    return parts(run(service, "translate", *further, **more), "match")


def found(service: TerminologyService, *further: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    return [(each["concept"]["code"], each["equivalence"]) for each in matches(service, *further, **more)]


def test_answers_in_the_form_of_r4() -> None:
    answer = run(service_of(PLAIN), "translate", system=HERE, code="a")
    assert answer["parameter"] == [
        {"name": "result", "valueBoolean": True},
        {
            "name": "match",
            "part": [
                {"name": "equivalence", "valueCode": "equivalent"},
                {"name": "concept", "valueCoding": {"system": THERE, "code": "x"}},
                {"name": "source", "valueUri": f"{HOME}/cm/plain|1"},
            ],
        },
    ]


def test_takes_a_coding_or_any_coding_of_a_concept() -> None:
    service = service_of(PLAIN)
    assert found(service, coding={"system": HERE, "code": "b"}) == [("y", "wider"), ("z", "narrower")]
    concept = {"coding": [{"system": "http://other", "code": "q"}, {"system": HERE, "code": "a"}]}
    assert found(service, codeableConcept=concept) == [("x", "equivalent")]


def test_the_map_may_be_named_sent_or_invoked_by_id() -> None:
    newer = concept_map("plain", {"element": [element("a", ("n", "equal"))]}, version="2")
    service = service_of(PLAIN, newer)
    asked = {"system": HERE, "code": "a"}
    assert found(service, **asked) == [("n", "equal")]
    assert found(service, url=f"{HOME}/cm/plain", conceptMapVersion="1", **asked) == [("x", "equivalent")]
    assert found(service, url=f"{HOME}/cm/plain|1", **asked) == [("x", "equivalent")]
    assert found(service_of(), conceptMap=PLAIN, **asked) == [("x", "equivalent")]
    assert found(service_of(), instance=PLAIN, **asked) == [("x", "equivalent")]
    assert found(service, {"name": "tx-resource", "resource": PLAIN}, **asked) == [("x", "equivalent")]


def test_that_nothing_matches_is_an_answer() -> None:
    service = service_of(PLAIN)
    unmatched = run(service, "translate", system=HERE, code="c")
    assert value(unmatched, "result") is False
    assert parts(unmatched, "match") == [{"equivalence": "unmatched", "source": f"{HOME}/cm/plain|1"}]
    for asked in ({"system": HERE, "code": "ghost"}, {"system": "http://nowhere", "code": "a"}):
        answer = run(service, "translate", **asked)
        assert value(answer, "result") is False
        assert value(answer, "message")


def test_disjoint_is_no_translation() -> None:
    service = service_of(concept_map("m", {"element": [element("a", ("x", "disjoint"))]}))
    answer = run(service, "translate", system=HERE, code="a")
    assert value(answer, "result") is False
    assert [each["equivalence"] for each in parts(answer, "match")] == ["disjoint"]


def test_only_the_target_system_that_is_asked_for() -> None:
    other = concept_map("other", {"target": "http://other", "element": [element("a", ("o", "equal"))]})
    service = service_of(PLAIN, other)
    assert sorted(found(service, system=HERE, code="a")) == [("o", "equal"), ("x", "equivalent")]
    assert found(service, system=HERE, code="a", targetsystem="http://other") == [("o", "equal")]


def test_reverse_finds_what_might_be_mapped_to_the_code() -> None:
    service = service_of(PLAIN)
    answer = run(service, "translate", system=THERE, code="y", reverse=True)
    assert parts(answer, "match") == [
        {"equivalence": "narrower", "concept": {"system": HERE, "code": "b"}, "source": f"{HOME}/cm/plain|1"}
    ]
    assert found(service, system=THERE, code="y", reverse=True, targetsystem="http://other") == []


def test_the_names_of_r5_are_answered_with_both_sides() -> None:
    service = service_of(PLAIN)
    expected = {
        "concept": {"system": THERE, "code": "y"},
        "equivalence": "wider",
        "relationship": "source-is-narrower-than-target",
        "source": {"system": HERE, "code": "b"},
        "originMap": f"{HOME}/cm/plain|1",
    }
    backward = {"targetCode": "y", "targetSystem": THERE, "sourceSystem": HERE}
    for asked in (
        backward,
        {"targetCoding": {"system": THERE, "code": "y"}},
        {"targetCodeableConcept": {"coding": [{"system": THERE, "code": "y"}]}},
    ):
        assert matches(service, **asked) == [expected]
    for asked in (
        {"sourceCode": "b", "system": HERE},
        {"sourceCoding": {"system": HERE, "code": "b"}, "targetSystem": THERE},
        {"sourceCodeableConcept": {"coding": [{"system": HERE, "code": "b"}]}},
    ):
        assert matches(service, **asked)[0] == expected


def test_maps_in_the_form_of_r5_are_understood() -> None:
    rows = [
        {"code": "a", "target": [{"code": "x", "relationship": "source-is-broader-than-target"}]},
        {"code": "n", "noMap": True},
    ]
    service = service_of(concept_map("five", {"source": f"{HERE}|1", "element": rows}))
    assert found(service, system=HERE, code="a") == [("x", "narrower")]
    assert found(service, coding={"system": HERE, "code": "a", "version": "2"}) == []
    assert matches(service, system=HERE, code="n") == [{"equivalence": "unmatched", "source": f"{HOME}/cm/five"}]


@pytest.mark.parametrize(
    ("unmapped", "expected"),
    [
        ({"mode": "provided"}, {"system": THERE, "code": "q"}),
        ({"mode": "use-source-code"}, {"system": THERE, "code": "q"}),
        ({"mode": "fixed", "code": "u", "display": "Unknown"}, {"system": THERE, "code": "u", "display": "Unknown"}),
    ],
)
def test_a_code_that_is_not_mapped(unmapped: dict[str, Any], expected: dict[str, Any]) -> None:
    service = service_of(concept_map("m", {"element": [element("a", ("x", "equal"))], "unmapped": unmapped}))
    answer = run(service, "translate", system=HERE, code="q")
    assert value(answer, "result") is True
    assert [each["concept"] for each in parts(answer, "match")] == [expected]
    assert found(service, system=HERE, code="a") == [("x", "equal")]


def test_what_is_not_mapped_is_not_what_lies_outside_the_scope_of_the_map() -> None:
    group = {"element": [], "unmapped": {"mode": "fixed", "code": "u"}}
    scoped = concept_map("m", group, sourceCanonical=f"{HOME}/vs/some")
    service = service_of(scoped, value_set("some", within("here", "a")), code_system("here", "a", "b"))
    assert len(matches(service, system=HERE, code="a")) == 1
    assert matches(service, system=HERE, code="b") == []


def other_map(name: str, refers: str) -> dict[str, Any]:
    return concept_map(name, {"element": [], "unmapped": {"mode": "other-map", "url": f"{HOME}/cm/{refers}"}})


def test_another_map_is_asked_for_what_is_not_mapped() -> None:
    service = service_of(other_map("first", "second"), other_map("second", "plain"), PLAIN)
    answer = matches(service, system=HERE, code="a", url=f"{HOME}/cm/first")
    assert [(each["concept"]["code"], each["source"]) for each in answer] == [("x", f"{HOME}/cm/first")]


def test_maps_that_refer_to_each_other_are_refused() -> None:
    service = service_of(other_map("first", "second"), other_map("second", "first"))
    code, text = refusal(service, "translate", system=HERE, code="a", url=f"{HOME}/cm/first")
    assert code == "business-rule"
    assert f"{HOME}/cm/first, {HOME}/cm/second, {HOME}/cm/first" in text
    missing = refusal(service_of(other_map("first", "gone")), "translate", system=HERE, code="a")
    assert (missing[0], "/cm/gone" in missing[1]) == ("not-found", True)


SEX = f"{HOME}/element/sex"
DEPENDING = concept_map(
    "depends",
    {
        "element": [
            element(
                "a",
                {
                    "code": "m",
                    "equivalence": "equal",
                    "dependsOn": [{"property": SEX, "system": "http://sex", "value": "1"}],
                },
                {
                    "code": "f",
                    "equivalence": "equal",
                    "dependsOn": [{"property": SEX, "system": "http://sex", "value": "2"}],
                },
            )
        ]
    },
)


def test_a_mapping_holds_where_what_it_depends_on_does() -> None:
    service = service_of(DEPENDING)
    given_ = {"coding": [{"system": "http://sex", "code": "2"}]}
    dependency = named("dependency", [{"name": "element", "valueUri": SEX}, named("concept", given_)])
    assert found(service, dependency, system=HERE, code="a") == [("f", "equal")]
    without = run(service, "translate", system=HERE, code="a")
    assert value(without, "result") is False
    assert SEX in value(without, "message")


def test_the_products_of_a_mapping_come_with_it() -> None:
    product = {"property": f"{HOME}/element/side", "system": "http://sides", "value": "left", "display": "Left"}
    row = {"code": "x", "equivalence": "equal", "product": [product]}
    service = service_of(concept_map("m", {"element": [element("a", row)]}))
    expected = {"system": "http://sides", "code": "left", "display": "Left"}
    assert matches(service, system=HERE, code="a")[0]["product"] == [
        {"name": "element", "valueUri": f"{HOME}/element/side"},
        {"name": "concept", "valueCoding": expected},
    ]


def test_source_and_target_value_sets_limit_the_maps() -> None:
    scoped = concept_map(
        "scoped",
        {"element": [element("a", ("x", "equal"), ("y", "wider"))]},
        sourceCanonical=f"{HOME}/vs/declared",
        targetUri=f"{HOME}/vs/aim",
    )
    some = (value_set("only-b", within("here", "b")), value_set("only-y", within("there", "y")))
    service = service_of(scoped, *some, code_system("here", "a", "b"), code_system("there", "x", "y"))
    asked = {"system": HERE, "code": "a"}
    assert len(found(service, source=f"{HOME}/vs/declared", target=f"{HOME}/vs/aim", **asked)) == 2
    assert found(service, target=f"{HOME}/vs/only-y", **asked) == [("y", "wider")]
    outside = run(service, "translate", source=f"{HOME}/vs/only-b", **asked)
    assert (value(outside, "result"), "only-b" in value(outside, "message")) == (False, True)
    assert refusal(service, "translate", source=f"{HOME}/vs/gone", **asked)[0] == "not-found"
    assert refusal(service, "translate", target=f"{HOME}/vs/gone", **asked)[0] == "not-found"


@pytest.mark.parametrize(
    ("parameters", "code", "says"),
    [
        ({}, "required", "sourceCoding"),
        ({"code": "a"}, "required", "system"),
        ({"code": "a", "system": HERE, "coding": {"system": HERE, "code": "a"}}, "invalid", "coding"),
        ({"codeableConcept": {"text": "a"}}, "required", "codeableConcept"),
        ({"coding": {"code": "a"}}, "required", "coding"),
        ({"targetCode": "x", "targetSystem": THERE, "reverse": True}, "invalid", "reverse"),
        ({"code": "a", "system": HERE, "url": f"{HOME}/cm/gone"}, "not-found", "cm/gone"),
    ],
)
def test_says_what_is_wrong_with_the_question(parameters: dict[str, Any], code: str, says: str) -> None:
    refused, text = refusal(service_of(PLAIN), "translate", **parameters)
    assert refused == code
    assert says in text


CODES = st.sampled_from("abc")
EQUIVALENCES = st.sampled_from(
    ["equal", "equivalent", "wider", "narrower", "subsumes", "specializes", "inexact", "disjoint"]
)


@given(st.lists(st.tuples(CODES, CODES, EQUIVALENCES), max_size=12))
def test_what_is_mapped_forward_is_mapped_back(rows: list[tuple[str, str, str]]) -> None:
    service = service_of(concept_map("m", {"element": [element(one, (other, how)) for one, other, how in rows]}))
    forward = {(one, *pair) for one in "abc" for pair in found(service, system=HERE, code=one)}
    back = {
        (pair[0], other, inverse(pair[1]))
        for other in "abc"
        for pair in found(service, system=THERE, code=other, reverse=True)
    }
    assert forward == back == set(rows)
