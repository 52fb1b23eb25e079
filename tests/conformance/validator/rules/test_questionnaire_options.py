"""The options and value sets from which answers are taken."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validator.rules import questionnaire_response
from fhir_kernel.resource import Resource
from tests.conformance.validator.rules.knowledge_world import HOME, issues_of, told

FORM = f"{HOME}/Questionnaire/q"
VALUES = f"{HOME}/vs/values"
EXCLUSIVE = {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive", "valueBoolean": True}
RED, GREEN, BLUE = ({"system": "urn:x", "code": code, "display": code.title()} for code in ("red", "green", "blue"))


def problems(question: Resource, *answers: Resource, contained: list[Resource] | None = None) -> list[str]:
    questionnaire = {"resourceType": "Questionnaire", "url": FORM, "contained": contained or []}
    questionnaire["item"] = [{"linkId": "a", "repeats": True, **question}]
    response = {"resourceType": "QuestionnaireResponse", "questionnaire": FORM, "status": "completed"}
    response["item"] = [{"linkId": "a", "answer": list(answers)}]
    include = {"system": "urn:x", "concept": [{"code": "red"}, {"code": "green"}]}
    values = {"resourceType": "ValueSet", "url": VALUES, "compose": {"include": [include]}}
    return [
        each.replace("QuestionnaireResponse.item[0].", "")
        for each in told(issues_of(questionnaire_response.RULES, response, questionnaire, values))
    ]


def options(type_: str, *values: Resource) -> Resource:
    return {"type": type_, "answerOption": list(values)}


def test_a_coding_is_an_option_by_system_and_code() -> None:
    question = options("choice", {"valueCoding": RED}, {"valueCoding": GREEN})
    assert problems(question, {"valueCoding": RED}, {"valueCoding": BLUE}, {"valueCoding": {"code": "red"}}) == [
        "not-an-option @ answer[1].value",
        "not-an-option @ answer[2].value",
    ]


@pytest.mark.parametrize(
    ("type_", "name", "good", "bad"),
    [
        ("string", "valueString", "x", "y"),
        ("integer", "valueInteger", 1, 2),
        ("date", "valueDate", "2022-01-01", "2022-01-02"),
        ("time", "valueTime", "10:00:00", "11:00:00"),
        ("choice", "valueString", "x", "y"),
        ("choice", "valueInteger", 1, 2),
        ("choice", "valueReference", {"reference": "Patient/1"}, {"reference": "Patient/2"}),
    ],
)
def test_plain_answers_are_among_the_options(type_: str, name: str, good: Any, bad: Any) -> None:
    question = options(type_, {name: good})
    assert problems(question, {name: good}, {name: bad}) == ["not-an-option @ answer[1].value"]


def test_an_answer_of_a_type_that_no_option_has_is_an_error() -> None:
    assert problems(options("choice", {"valueCoding": RED}), {"valueString": "x"}) == [
        "no-options-of-type @ answer[0].value"
    ]
    assert problems(options("choice", {"valueString": "x"}), {"valueCoding": RED}) == [
        "no-options-of-type @ answer[0].value"
    ]


def test_an_open_choice_takes_free_text_but_not_the_words_of_an_option() -> None:
    question = options("open-choice", {"valueCoding": RED})
    answers = [{"valueString": "purple"}, {"valueString": "RED"}, {"valueCoding": {"display": "pink"}}]
    assert problems(question, *answers, {"valueCoding": BLUE}) == [
        "text-is-an-option @ answer[1].value",
        "not-an-option @ answer[3].value",
    ]


def test_an_exclusive_option_stands_alone() -> None:
    question = options("choice", {"valueCoding": RED}, {"valueCoding": GREEN, "extension": [EXCLUSIVE]})
    assert problems(question, {"valueCoding": GREEN}) == []
    assert problems(question, {"valueCoding": RED}, {"valueCoding": GREEN}) == ["exclusive-option @ answer[1].value"]


def test_without_options_nothing_can_be_said() -> None:
    assert problems({"type": "choice"}, {"valueCoding": RED}) == ["no-options @ answer[0].value"]


def test_codings_and_strings_are_looked_up_in_the_value_set() -> None:
    assert problems({"type": "choice", "answerValueSet": VALUES}, {"valueCoding": RED}, {"valueCoding": BLUE}) == [
        "not-in-value-set @ answer[1].value"
    ]
    question = {"type": "string", "answerValueSet": VALUES}
    assert problems(question, {"valueString": "red"}, {"valueString": "blue"}) == ["not-in-value-set @ answer[1].value"]


def test_an_unknown_value_set_is_a_warning() -> None:
    question = {"type": "choice", "answerValueSet": f"{HOME}/vs/none"}
    assert problems(question, {"valueCoding": RED}) == ["value-set-unknown @ answer[0].value"]
    assert problems({"type": "choice", "answerValueSet": "#none"}, {"valueCoding": RED}) == [
        "value-set-unknown @ answer[0].value"
    ]


def contained(*includes: Resource, **more: Any) -> list[Resource]:
    return [{"resourceType": "ValueSet", "id": "v", "compose": {"include": list(includes), **more}}]


LISTED = {"system": "urn:x", "concept": [{"code": "red"}]}


@pytest.mark.parametrize(
    ("value_sets", "coding", "problem"),
    [
        (contained(LISTED), RED, None),
        (contained(LISTED), BLUE, "not-in-value-set"),
        (contained(LISTED, {"system": "urn:y"}), BLUE, "not-in-value-set"),
        (contained(LISTED, {"valueSet": [VALUES]}), GREEN, None),
        (contained(LISTED, {"valueSet": [VALUES]}), BLUE, "not-in-value-set"),
        (contained({"system": "urn:x", "filter": [{}]}), BLUE, "value-set-unknown"),
        (contained(LISTED, exclude=[{"system": "urn:z"}]), RED, "value-set-unknown"),
        ([{"resourceType": "ValueSet", "id": "v", "expansion": {"contains": [RED]}}], RED, None),
        ([{"resourceType": "ValueSet", "id": "v", "expansion": {"contains": [RED]}}], BLUE, "not-in-value-set"),
    ],
)
def test_a_contained_value_set_decides_as_far_as_it_can(
    value_sets: list[Resource], coding: Resource, problem: str | None
) -> None:
    question = {"type": "choice", "answerValueSet": "#v"}
    expected = [f"{problem} @ answer[0].value"] if problem else []
    assert problems(question, {"valueCoding": coding}, contained=value_sets) == expected
