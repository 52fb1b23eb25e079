"""Conditions under which an item of a response is enabled."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validator.rules import questionnaire_response
from fhir_kernel.resource import Resource
from tests.conformance.validator.rules.knowledge_world import HOME, issues_of, told

FORM = f"{HOME}/Questionnaire/q"
UCUM = "http://unitsofmeasure.org"


def item(link_id: str, type_: str, *children: Resource, **more: Any) -> Resource:
    return {"linkId": link_id, "type": type_, **({"item": list(children)} if children else {}), **more}


def when(question: str, operator: str, **answer: Any) -> Resource:
    return {"question": question, "operator": operator, **answer}


def problems(items: list[Resource], given: list[Resource]) -> list[str]:
    questionnaire = {"resourceType": "Questionnaire", "url": FORM, "item": items}
    response = {"resourceType": "QuestionnaireResponse", "questionnaire": FORM, "status": "completed", "item": given}
    return told(issues_of(questionnaire_response.RULES, response, questionnaire))


def is_enabled(type_: str, conditions: list[Resource], *answers: Resource, **more: Any) -> bool:
    """Whether `b` is asked, judged by whether its absence is an error."""
    items = [item("a", type_, repeats=True), item("b", "string", required=True, enableWhen=conditions, **more)]
    given = [{"linkId": "a", "answer": list(answers)}] if answers else []
    return "missing @ QuestionnaireResponse" in problems(items, given)


@pytest.mark.parametrize(
    ("type_", "condition", "answer", "expected"),
    [
        ("integer", when("a", "=", answerInteger=1), {"valueInteger": 1}, True),
        ("integer", when("a", "=", answerInteger=1), {"valueInteger": 2}, False),
        ("integer", when("a", "!=", answerInteger=1), {"valueInteger": 2}, True),
        ("integer", when("a", ">", answerInteger=1), {"valueInteger": 2}, True),
        ("integer", when("a", ">", answerInteger=2), {"valueInteger": 2}, False),
        ("integer", when("a", ">=", answerInteger=2), {"valueInteger": 2}, True),
        ("integer", when("a", "<", answerInteger=2), {"valueInteger": 2}, False),
        ("integer", when("a", "<=", answerInteger=2), {"valueInteger": 2}, True),
        ("boolean", when("a", "=", answerBoolean=True), {"valueBoolean": True}, True),
        ("boolean", when("a", "!=", answerBoolean=True), {"valueBoolean": True}, False),
        ("boolean", when("a", "exists", answerBoolean=True), {"valueBoolean": False}, True),
        ("boolean", when("a", "exists", answerBoolean=False), {"valueBoolean": False}, False),
        ("date", when("a", ">", answerDate="2020-01-01"), {"valueDate": "2020-01-02"}, True),
        ("date", when("a", ">", answerDate="2020-01-01"), {"valueDate": "2020"}, False),
        ("string", when("a", "=", answerString="x"), {"valueString": "x"}, True),
        ("string", when("a", "=", answerInteger=1), {"valueString": "1"}, False),
        ("time", when("a", "<", answerTime="10:00:00"), {"valueTime": "09:00:00"}, True),
    ],
)
def test_operators(type_: str, condition: Resource, answer: Resource, expected: bool) -> None:
    assert is_enabled(type_, [condition], answer) is expected


@pytest.mark.parametrize(
    ("operator", "coding", "expected"),
    [
        ("=", {"system": "urn:x", "code": "1", "display": "other words"}, True),
        ("=", {"system": "urn:y", "code": "1"}, False),
        ("=", {"code": "1"}, False),
        ("!=", {"system": "urn:x", "code": "2"}, True),
        (">", {"system": "urn:x", "code": "1"}, False),
    ],
)
def test_codings_are_compared_by_system_and_code(operator: str, coding: Resource, expected: bool) -> None:
    condition = when("a", operator, answerCoding={"system": "urn:x", "code": "1"})
    assert is_enabled("choice", [condition], {"valueCoding": coding}) is expected


def test_a_coding_without_system_asks_for_the_code_alone() -> None:
    condition = when("a", "=", answerCoding={"code": "1"})
    assert is_enabled("choice", [condition], {"valueCoding": {"system": "urn:x", "code": "1"}})


def test_quantities_are_compared_across_units() -> None:
    condition = when("a", ">", answerQuantity={"value": 1, "system": UCUM, "code": "km"})
    assert is_enabled("quantity", [condition], {"valueQuantity": {"value": 1001, "system": UCUM, "code": "m"}})
    assert not is_enabled("quantity", [condition], {"valueQuantity": {"value": 1001, "system": UCUM, "code": "kg"}})


def test_without_an_answer_only_its_absence_can_hold() -> None:
    assert not is_enabled("integer", [when("a", "!=", answerInteger=1)])
    assert is_enabled("integer", [when("a", "exists", answerBoolean=False)])


def test_one_of_several_answers_is_enough() -> None:
    assert is_enabled("integer", [when("a", "=", answerInteger=2)], {"valueInteger": 1}, {"valueInteger": 2})


@pytest.mark.parametrize(("behavior", "expected"), [("any", True), ("all", False)])
def test_enable_behavior_joins_conditions(behavior: str, expected: bool) -> None:
    conditions = [when("a", "=", answerInteger=1), when("a", "=", answerInteger=2)]
    assert is_enabled("integer", conditions, {"valueInteger": 1}, enableBehavior=behavior) is expected


def test_an_answer_to_a_disabled_item_is_an_error_and_an_empty_item_is_not() -> None:
    condition = when("a", "=", answerBoolean=True)
    items = [item("a", "boolean"), item("b", "string", enableWhen=[condition])]
    no = {"linkId": "a", "answer": [{"valueBoolean": False}]}
    assert problems(items, [no, {"linkId": "b", "answer": [{"valueString": "x"}]}]) == [
        "not-enabled @ QuestionnaireResponse.item[1]"
    ]
    assert problems(items, [no, {"linkId": "b"}]) == []


def test_nothing_is_required_within_an_empty_disabled_group() -> None:
    condition = when("a", "=", answerBoolean=True)
    inner = item("b", "string", required=True)
    items = [item("a", "boolean"), item("g", "group", inner, enableWhen=[condition], required=True)]
    assert problems(items, [{"linkId": "g"}]) == []
    assert problems(items, []) == []


def test_a_condition_looks_within_its_own_instance_of_a_repeating_group() -> None:
    condition = when("a", "=", answerBoolean=True)
    inner = [item("a", "boolean"), item("b", "string", required=True, enableWhen=[condition])]
    items = [item("g", "group", *inner, repeats=True)]
    given = [{"linkId": "g", "item": [{"linkId": "a", "answer": [{"valueBoolean": value}]}]} for value in (True, False)]
    assert problems(items, given) == ["missing @ QuestionnaireResponse.item[0]"]


def test_a_condition_may_ask_about_a_question_that_encloses_it() -> None:
    condition = when("a", "=", answerBoolean=True)
    items = [item("a", "boolean", item("b", "string", required=True, enableWhen=[condition]))]
    for value, expected in ((True, ["missing @ QuestionnaireResponse.item[0]"]), (False, [])):
        found = problems(items, [{"linkId": "a", "answer": [{"valueBoolean": value}]}])
        assert [each.replace(".answer[0]", "") for each in found] == expected


def test_answers_deep_in_another_branch_count_for_the_whole_response() -> None:
    condition = when("a", "=", answerBoolean=True)
    items = [
        item("g", "group", item("q", "boolean", item("a", "boolean"))),
        item("b", "string", required=True, enableWhen=[condition]),
    ]
    deep = {"linkId": "a", "answer": [{"valueBoolean": True}]}
    given = [{"linkId": "g", "item": [{"linkId": "q", "answer": [{"valueBoolean": True, "item": [deep]}]}]}]
    assert problems(items, given) == ["missing @ QuestionnaireResponse"]
