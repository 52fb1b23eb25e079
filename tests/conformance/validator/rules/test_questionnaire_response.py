"""A QuestionnaireResponse against its Questionnaire."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import pytest

from conformance.validator.rules import questionnaire_response
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from tests.conformance.validator.rules.knowledge_world import HOME, errors, issues_of, told

FORM = f"{HOME}/Questionnaire/q"
CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
UCUM = "http://unitsofmeasure.org"


def form(*items: Resource, **more: Any) -> Resource:
    return {"resourceType": "Questionnaire", "url": FORM, "status": "active", "item": list(items), **more}


def item(link_id: str, type_: str, *children: Resource, **more: Any) -> Resource:
    return {"linkId": link_id, "type": type_, **({"item": list(children)} if children else {}), **more}


def limited(type_: str, **limits: Any) -> Resource:
    """A question with extensions: `minValue__valueInteger=1`."""
    rows = [
        {"url": CORE + name.partition("__")[0].replace("_", "-"), name.partition("__")[2]: value}
        for name, value in limits.items()
    ]
    return item("a", type_, repeats=True, extension=rows)


def answered(link_id: str, *answers: Resource, **more: Any) -> Resource:
    return {"linkId": link_id, **({"answer": list(answers)} if answers else {}), **more}


def group(link_id: str, *items: Resource) -> Resource:
    return {"linkId": link_id, "item": list(items)}


def found(form: Resource, /, *items: Resource, truths: dict[str, bool] | None = None, **more: Any) -> list[Issue]:
    response = {"resourceType": "QuestionnaireResponse", "questionnaire": FORM, "status": "completed", **more}
    response["item"] = list(items)
    return issues_of(questionnaire_response.RULES, response, form, truths=truths)


def ids(issues: list[Issue]) -> list[str]:
    return [each.partition(" @ ")[0] for each in told(issues)]


YES = {"valueBoolean": True}


def test_a_response_that_fits_has_no_issues() -> None:
    questionnaire = form(item("g", "group", item("a", "boolean"), item("b", "string", required=True), text="G"))
    answers = group("g", answered("a", YES), answered("b", {"valueString": "x"}))
    assert found(questionnaire, {**answers, "text": "G"}) == []


def test_an_unknown_questionnaire_is_a_warning_and_only_a_note_for_examples() -> None:
    for url, severity in ((f"{HOME}/other", "information"), ("http://acme.org/q|1.0", "warning")):
        (issue,) = found(form(), questionnaire=url)
        assert (issue.id, issue.severity) == ("questionnaire-response.unknown-questionnaire", severity)


def test_a_response_without_questionnaire_is_a_note() -> None:
    (issue,) = issues_of(questionnaire_response.RULES, {"resourceType": "QuestionnaireResponse"})
    assert (issue.id, issue.severity) == ("questionnaire-response.no-questionnaire", "information")


def test_the_version_of_the_canonical_picks_the_questionnaire() -> None:
    old, new = form(item("a", "boolean"), version="1"), form(item("b", "boolean"), version="2")
    response = {"resourceType": "QuestionnaireResponse", "questionnaire": FORM + "|1", "status": "completed"}
    response["item"] = [answered("a", YES)]
    assert issues_of(questionnaire_response.RULES, response, old, new) == []


def test_a_contained_questionnaire_is_used_with_the_value_sets_beside_it() -> None:
    include = {"system": "urn:x", "concept": [{"code": "1"}]}
    values = {"resourceType": "ValueSet", "id": "v", "compose": {"include": [include]}}
    questionnaire = {**form(item("a", "choice", answerValueSet="#v", repeats=True)), "id": "q"}
    answers = [{"valueCoding": {"system": "urn:x", "code": code}} for code in ("1", "2")]
    issues = found(form(), answered("a", *answers), questionnaire="#q", contained=[questionnaire, values])
    assert told(issues) == ["not-in-value-set @ QuestionnaireResponse.item[0].answer[1].value"]


def test_link_ids_must_be_known_in_their_place_and_in_order() -> None:
    questionnaire = form(item("a", "boolean"), item("g", "group", item("b", "boolean")), item("c", "boolean"))
    issues = found(questionnaire, answered("c", YES), answered("a", YES), answered("b", YES), answered("x", YES))
    assert errors(issues) == [
        "out-of-order @ QuestionnaireResponse.item[1]",
        "misplaced @ QuestionnaireResponse.item[2]",
        "unknown-link-id @ QuestionnaireResponse.item[3]",
    ]


def test_a_required_answer_may_be_missing_only_while_in_progress() -> None:
    questionnaire = form(item("g", "group", item("a", "string", required=True)))
    for status, severity in (("completed", "error"), ("amended", "error"), ("in-progress", "warning")):
        (issue,) = found(questionnaire, {"linkId": "g"}, status=status)
        assert (issue.id, issue.severity, issue.path) == (
            "questionnaire-response.missing",
            severity,
            "QuestionnaireResponse.item[0]",
        )


def test_an_item_that_is_there_without_answer_is_missing_at_its_place() -> None:
    assert told(found(form(item("a", "string", required=True)), {"linkId": "a"})) == [
        "missing @ QuestionnaireResponse.item[0]"
    ]


def test_what_does_not_repeat_stands_once() -> None:
    two = [{"valueString": "x"}, {"valueString": "y"}]
    questionnaire = form(item("a", "string"), item("g", "group"))
    assert ids(found(questionnaire, answered("a", *two), {"linkId": "g"}, {"linkId": "g"})) == [
        "repeated-answer",
        "repeated-item",
    ]


def test_answers_are_counted_against_min_and_max_occurs() -> None:
    two = [{"valueString": "x"}, {"valueString": "y"}]
    bounds = {"questionnaire_minOccurs__valueInteger": 3, "questionnaire_maxOccurs__valueInteger": 1}
    assert ids(found(form(limited("string", **bounds)), answered("a", *two))) == ["too-few", "too-many"]
    exact = {"questionnaire_minOccurs__valueInteger": 2, "questionnaire_maxOccurs__valueInteger": 2}
    assert found(form(limited("string", **exact)), answered("a", *two)) == []


def test_groups_and_displays_take_no_answers_and_questions_no_items_beside_theirs() -> None:
    questionnaire = form(item("g", "group"), item("d", "display"), item("a", "boolean", item("b", "boolean")))
    issues = found(questionnaire, answered("g", YES), answered("d", YES), answered("a", YES, item=[{"linkId": "b"}]))
    assert ids(issues) == ["group-answered", "display-answered", "items-beside-answers"]


def test_items_under_an_answer_are_checked_at_their_place() -> None:
    questionnaire = form(item("a", "boolean", item("b", "boolean", required=True), item("c", "integer")))
    inner = [answered("c", {"valueString": "x"})]
    assert sorted(errors(found(questionnaire, answered("a", {**YES, "item": inner})))) == [
        "missing @ QuestionnaireResponse.item[0].answer[0]",
        "wrong-type @ QuestionnaireResponse.item[0].answer[0].item[0].answer[0].value",
    ]


def test_the_text_of_an_item_is_that_of_its_question() -> None:
    assert ids(found(form(item("a", "boolean", text="A?")), answered("a", YES, text="B?"))) == ["text-differs"]
    assert found(form(item("a", "boolean", text="A?")), answered("a", YES)) == []


@pytest.mark.parametrize(
    ("type_", "right"),
    [
        ("boolean", "valueBoolean"),
        ("decimal", "valueDecimal"),
        ("integer", "valueInteger"),
        ("date", "valueDate"),
        ("dateTime", "valueDateTime"),
        ("time", "valueTime"),
        ("string", "valueString"),
        ("text", "valueString"),
        ("url", "valueUri"),
        ("attachment", "valueAttachment"),
        ("reference", "valueReference"),
        ("quantity", "valueQuantity"),
    ],
)
def test_an_answer_has_the_type_of_its_question(type_: str, right: str) -> None:
    questionnaire = form(item("a", type_))
    value: Any = {} if right in ("valueAttachment", "valueReference", "valueQuantity") else "1"
    assert found(questionnaire, answered("a", {right: value})) == []
    assert errors(found(questionnaire, answered("a", {"valueCoding": {"code": "x"}}))) == [
        "wrong-type @ QuestionnaireResponse.item[0].answer[0].value"
    ]


LIMITS: list[tuple[Resource, Any, str | None]] = [
    (limited("integer", minValue__valueInteger=2), {"valueInteger": 1}, "minimum"),
    (limited("integer", maxValue__valueInteger=2), {"valueInteger": 3}, "maximum"),
    (limited("integer", maxValue__valueInteger=2), {"valueInteger": 2}, None),
    (limited("decimal", maxValue__valueDecimal=Decimal("1.5")), {"valueDecimal": Decimal("1.51")}, "maximum"),
    (limited("decimal", maxDecimalPlaces__valueInteger=2), {"valueDecimal": Decimal("1.666")}, "decimal-places"),
    (limited("decimal", maxDecimalPlaces__valueInteger=2), {"valueDecimal": Decimal("1.60")}, None),
    (limited("decimal", maxDecimalPlaces__valueInteger=2), {"valueDecimal": 100}, None),
    (limited("date", minValue__valueDate="2020"), {"valueDate": "1998"}, "minimum"),
    (limited("date", maxValue__valueDate="2022"), {"valueDate": "2022-05-01"}, None),
    (limited("dateTime", maxValue__valueDateTime="2022-01-01T10:00:00Z"), {"valueDateTime": "2022-01-03"}, "maximum"),
    (limited("time", minValue__valueTime="08:00:00"), {"valueTime": "07:59:59"}, "minimum"),
    (limited("string", minLength__valueInteger=3), {"valueString": "ab"}, "too-short"),
    (limited("string", regex__valueString="[a-z]+"), {"valueString": "ab1"}, "pattern"),
    (limited("string", regex__valueString="[a-z]+"), {"valueString": "ab"}, None),
    (limited("string", regex__valueString=r"(\d{3}-)?\d{3}"), {"valueString": "123-456"}, None),
    (limited("string", regex__valueString="("), {"valueString": "a"}, "pattern-not-evaluated"),
    (item("a", "string", maxLength=2), {"valueString": "abc"}, "too-long"),
    (item("a", "string"), {"valueString": "a\nb"}, "line-break"),
    (item("a", "text"), {"valueString": "a\nb"}, None),
    (limited("attachment", mimeType__valueCode="image/gif"), {"valueAttachment": {"contentType": "a/b"}}, "mime-type"),
    (limited("attachment", mimeType__valueCode="image/*"), {"valueAttachment": {"contentType": "image/png"}}, None),
    (limited("attachment", maxSize__valueDecimal=2), {"valueAttachment": {"data": "YWJj"}}, "too-large"),
    (limited("attachment", maxSize__valueDecimal=3), {"valueAttachment": {"data": "YWJj"}}, None),
]


@pytest.mark.parametrize(("question", "answer", "problem"), LIMITS)
def test_an_answer_keeps_to_the_limits_of_its_question(
    question: Resource, answer: Resource, problem: str | None
) -> None:
    assert ids(found(form(question), answered("a", answer))) == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("reference", "is_right"),
    [
        ({"reference": "Patient/1"}, True),
        ({"reference": "http://a.org/fhir/Patient/1/_history/2"}, True),
        ({"reference": "Organization/1"}, False),
        ({"reference": "http://a.org/fhir/Organization/1"}, False),
        ({"reference": "urn:uuid:1"}, True),
        ({"type": "Organization"}, False),
    ],
)
def test_a_reference_goes_to_a_type_that_the_question_names(reference: Resource, is_right: bool) -> None:
    question = limited("reference", questionnaire_referenceResource__valueCode="Patient")
    issues = found(form(question), answered("a", {"valueReference": reference}))
    assert ids(issues) == ([] if is_right else ["reference-type"])


def test_a_pattern_that_takes_too_long_is_tried_once() -> None:
    question = limited("string", regex__valueString="(a|aa)+(b|c)d*e(f|g)+")
    began = time.perf_counter()
    issues = found(form(question), answered("a", *({"valueString": "a" * 4_000 + str(n)} for n in range(40))))
    assert time.perf_counter() - began < 5
    assert set(ids(issues)) <= {"pattern", "pattern-not-evaluated"}


def quantity(value: Any, code: str | None = None) -> Resource:
    return {"value": value, "unit": code or "x"} | ({"system": UCUM, "code": code} if code else {})


@pytest.mark.parametrize(
    ("least", "answer", "problem"),
    [
        (quantity(5, "km"), quantity(4, "km"), "minimum"),
        (quantity(5, "km"), quantity(5, "km"), None),
        (quantity(5, "km"), quantity(4999, "m"), "minimum"),
        (quantity(5, "km"), quantity(5000, "m"), None),
        (quantity(5, "km"), quantity(5, "kg"), "quantity-minimum-not-comparable"),
        (quantity(5), quantity(10), "quantity-minimum-no-units"),
    ],
)
def test_quantities_are_compared_in_one_unit(least: Resource, answer: Resource, problem: str | None) -> None:
    question = item("a", "quantity", extension=[{"url": SDC + "minQuantity", "valueQuantity": least}])
    assert ids(found(form(question), answered("a", {"valueQuantity": answer}))) == ([problem] if problem else [])


def test_the_unit_of_a_quantity_is_one_of_the_options() -> None:
    question = limited("quantity", questionnaire_unitOption__valueCoding={"system": UCUM, "code": "km"})
    answers = [{"valueQuantity": quantity(1, code)} for code in ("km", "kg")]
    assert told(found(form(question), answered("a", *answers))) == [
        "unit-not-allowed @ QuestionnaireResponse.item[0].answer[1].value"
    ]


def test_the_unit_of_a_quantity_is_in_the_unit_value_set() -> None:
    include = {"system": UCUM, "concept": [{"code": "km"}]}
    values = {"resourceType": "ValueSet", "url": f"{HOME}/vs/units", "compose": {"include": [include]}}
    question = limited("quantity", questionnaire_unitValueSet__valueCanonical=values["url"])
    response = {"resourceType": "QuestionnaireResponse", "questionnaire": FORM, "status": "completed"}
    response["item"] = [answered("a", *({"valueQuantity": quantity(1, code)} for code in ("km", "kg")))]
    assert told(issues_of(questionnaire_response.RULES, response, form(question), values)) == [
        "unit-not-in-value-set @ QuestionnaireResponse.item[0].answer[1].value"
    ]


def test_an_authored_date_outside_the_effective_period_is_a_warning() -> None:
    questionnaire = form(effectivePeriod={"start": "2020", "end": "2021-12-11"})
    for authored, problems in (
        ("2019-05", ["authored-before"]),
        ("2021-12-12", ["authored-after"]),
        ("2020-02-01T10:00:00Z", []),
    ):
        issues = found(questionnaire, authored=authored)
        assert ids(issues) == problems
        assert errors(issues) == []


def test_enable_when_expressions_decide_and_what_cannot_be_told_is_passed_over() -> None:
    extension = {"url": SDC + "enableWhenExpression"}
    extension["valueExpression"] = {"language": "text/fhirpath", "expression": "E"}
    questionnaire = form(item("a", "boolean", required=True, extension=[extension]))
    assert ids(found(questionnaire, truths={"E": True})) == ["missing"]
    assert ids(found(questionnaire, answered("a", YES), truths={"E": False})) == ["not-enabled"]
    assert found(questionnaire) == []
    assert found(questionnaire, answered("a", YES)) == []


def test_time_grows_with_the_items_alone() -> None:
    def seconds(count: int) -> float:
        names = [f"i{n}" for n in range(count)]
        condition = [{"question": "i0", "operator": "=", "answerBoolean": True}]
        rest = [item(name, "boolean", enableWhen=condition) for name in names[1:]]
        questionnaire = form(item("i0", "boolean"), *rest)
        began = time.perf_counter()
        assert found(questionnaire, *(answered(name, YES) for name in names)) == []
        return time.perf_counter() - began

    seconds(100)
    assert seconds(8_000) < 2.0


@pytest.mark.parametrize("broken", [None, 1, "x", [], {}, [None, 1, "x", {}, {"linkId": 3}]])
def test_malformed_items_are_passed_over(broken: Any) -> None:
    questionnaire = form(item("g", "group", item("a", "choice", answerOption=[{"valueCoding": "x"}])))
    shapes = [{"linkId": "g", "item": broken}, {"linkId": "g", "answer": broken}]
    inner = {"linkId": "a", "answer": [{"valueCoding": broken}, {"valueString": broken}]}
    for each in (*shapes, {"linkId": "g", "item": [inner]}):
        found(questionnaire, each)
        found({**questionnaire, "item": broken}, each)
