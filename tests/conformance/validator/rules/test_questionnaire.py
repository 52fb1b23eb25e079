"""Rules of a Questionnaire by itself."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validator.rules import questionnaire
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from tests.conformance.validator.rules.knowledge_world import HOME, errors, issues_of, told

BASE = f"{HOME}/Questionnaire/base"
DERIVATION = "http://hl7.org/fhir/StructureDefinition/questionnaire-derivationType"


def item(link_id: str, type_: str, *children: Resource, **more: Any) -> Resource:
    return {"linkId": link_id, "type": type_, **({"item": list(children)} if children else {}), **more}


def check(*items: Resource, definitions: tuple[Resource, ...] = (), **more: Any) -> list[Issue]:
    resource = {"resourceType": "Questionnaire", "item": list(items), **more}
    return issues_of(questionnaire.RULES, resource, *definitions)


def when(question: str, operator: str = "=", **answer: Any) -> Resource:
    return {"enableWhen": [{"question": question, "operator": operator, **(answer or {"answerBoolean": True})}]}


def test_a_condition_asks_about_another_item_outside_and_before() -> None:
    items = [
        item("a", "group", item("b", "boolean", **when("a.0")), **when("b")),
        item("c", "boolean", **when("c")),
        item("d", "boolean", **when("e")),
        item("e", "boolean", **when("d")),
    ]
    issues = check(*items)
    assert errors(issues) == [
        "condition-on-inner @ Questionnaire.item[0]",
        "condition-unknown @ Questionnaire.item[0].item[0]",
        "condition-on-itself @ Questionnaire.item[1]",
    ]
    assert "condition-on-later @ Questionnaire.item[2]" in told(issues)
    assert len(issues) == 4


def test_a_condition_may_ask_about_the_question_that_encloses_the_item() -> None:
    assert check(item("a", "boolean", item("b", "boolean", **when("a")))) == []


@pytest.mark.parametrize(
    ("type_", "condition", "problem"),
    [
        ("boolean", when("a", answerInteger=1), "condition-type @ Questionnaire.item[1].enableWhen[0]"),
        ("boolean", when("a", "exists", answerBoolean=True), None),
        ("integer", when("a", "exists", answerBoolean=True), None),
        ("choice", when("a", answerCoding={"code": "x"}), None),
        ("group", when("a"), "condition-without-answer @ Questionnaire.item[1].enableWhen[0]"),
    ],
)
def test_a_condition_compares_with_the_type_of_the_answers(
    type_: str, condition: Resource, problem: str | None
) -> None:
    issues = check(item("a", type_), item("b", "boolean", **condition))
    assert told(issues) == ([problem] if problem else [])
    assert errors(issues) == []


def test_options_and_initial_values_have_a_type_that_fits() -> None:
    good = item("a", "choice", answerOption=[{"valueCoding": {"code": "x"}}], initial=[{"valueCoding": {"code": "x"}}])
    bad = item("b", "string", answerOption=[{"valueCoding": {"code": "x"}}], initial=[{"valueBoolean": True}])
    assert told(check(good, bad)) == [
        "option-type @ Questionnaire.item[1].answerOption[0].value",
        "initial-type @ Questionnaire.item[1].initial[0].value",
    ]


def test_the_value_set_of_the_answers_is_known() -> None:
    names = ["http://example.org/vs", "#v", "#w", "http://loinc.org/vs/LL1"]
    items = [item(f"a{at}", "choice", answerValueSet=name) for at, name in enumerate(names)]
    issues = check(*items, contained=[{"resourceType": "ValueSet", "id": "v"}])
    assert told(issues) == [
        "value-set-unknown @ Questionnaire.item[0].answerValueSet",
        "value-set-unknown @ Questionnaire.item[2].answerValueSet",
    ]
    assert [each.severity for each in issues] == ["information", "warning"]


def test_a_definition_names_an_element_that_exists() -> None:
    url = "http://example.org/StructureDefinition/p"
    structure = {"resourceType": "StructureDefinition", "url": url, "snapshot": {"element": [{"id": "P.a"}]}}
    items = [item("a", "string", definition=f"{url}#P.a"), item("b", "string", definition=f"{url}#P.b")]
    assert told(check(*items, definitions=(structure,))) == ["definition-unknown @ Questionnaire.item[1].definition"]


def derived(code: str, *items: Resource, base: list[Resource]) -> list[Issue]:
    coding = {"system": "http://hl7.org/fhir/questionnaire-derivationType", "code": code}
    sibling = {"extension": [{"url": DERIVATION, "valueCoding": coding}]}
    definition = {"resourceType": "Questionnaire", "url": BASE, "item": base}
    return check(*items, derivedFrom=[BASE], _derivedFrom=[sibling], definitions=(definition,))


def test_only_a_questionnaire_that_extends_another_has_items_of_its_own() -> None:
    items, base = [item("a", "string"), item("b", "string")], [item("a", "string")]
    assert derived("extends", *items, base=base) == []
    assert derived("inspiredBy", *items, base=base) == []
    assert errors(derived("compliesWith", *items, base=base)) == ["derived-new-item @ Questionnaire.item[1]"]


def test_a_derived_item_only_narrows_its_source() -> None:
    options = [{"valueString": "x"}]
    base = [
        item("a", "string", required=True, maxLength=5),
        item("b", "choice", answerOption=options),
        item("c", "choice", answerValueSet="http://example.org/vs"),
    ]
    items = [
        item("a", "integer", required=False, repeats=True, maxLength=6),
        item("b", "choice", answerOption=[*options, {"valueString": "y"}]),
        item("c", "choice", answerOption=options),
    ]
    assert errors(derived("extends", *items, base=base)) == [
        "derived-type @ Questionnaire.item[0].type",
        "derived-repeats @ Questionnaire.item[0].repeats",
        "derived-required @ Questionnaire.item[0].required",
        "derived-max-length @ Questionnaire.item[0]",
        "derived-new-option @ Questionnaire.item[1].answerOption[1]",
        "derived-answers @ Questionnaire.item[2]",
    ]


def test_what_is_derived_from_an_unknown_questionnaire_cannot_be_checked() -> None:
    assert told(check(derivedFrom=[BASE])) == ["derived-from-unknown @ Questionnaire.derivedFrom[0]"]
    definition = {"resourceType": "Questionnaire", "url": BASE}
    assert told(check(derivedFrom=[BASE], definitions=(definition,))) == [
        "derivation-untold @ Questionnaire.derivedFrom[0]"
    ]
