"""Rules of Measure and of MeasureReport."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any

import pytest

from conformance.validator.rules import measure, measure_report
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from tests.conformance.validator.rules.knowledge_world import HOME, errors, issues_of, told

MEASURE, LIBRARY = f"{HOME}/Measure/m", f"{HOME}/Library/l"
SYSTEM = "http://terminology.hl7.org/CodeSystem/"
ELM = (
    '<library xmlns="urn:hl7-org:elm:r1"><parameters><def name="P"/></parameters>'
    '<statements><def name="Adults" context="Patient"><expression/></def></statements></library>'
)


def concept(code: str, system: str = "urn:x") -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def library(content: str | None = ELM, kind: str = "application/elm+xml") -> Resource:
    contents = [{"contentType": kind, "data": base64.b64encode(content.encode()).decode()}] if content else []
    return {"resourceType": "Library", "url": LIBRARY, "name": "L", "content": contents}


def stratified(expression: str, *definitions: Resource, named: list[str] | None = None) -> list[Issue]:
    criteria = {"language": "text/cql", "expression": expression}
    group = {"population": [{"code": concept("p")}], "stratifier": [{"criteria": criteria}]}
    resource = {"resourceType": "Measure", "library": [LIBRARY] if named is None else named, "group": [group]}
    return issues_of(measure.RULES, resource, *definitions)


PLACE = "Measure.group[0].stratifier[0].criteria"


@pytest.mark.parametrize("expression", ["Adults", "L.Adults", 'L."Adults"'])
def test_criteria_name_a_definition_of_the_library(expression: str) -> None:
    assert stratified(expression, library()) == []


def test_elm_may_be_json() -> None:
    body = '{"library": {"statements": {"def": [{"name": "Adults"}]}}}'
    assert stratified("Adults", library(body, "application/elm+json")) == []


@pytest.mark.parametrize(
    ("expression", "definitions", "problem"),
    [
        ("P", [library()], "definition-unknown"),
        ("Other.Adults", [library()], "library-not-listed"),
        ("Adults", [library(None)], "no-elm"),
        ("Adults", [library("<x/>")], "elm-unreadable"),
        ("Adults", [library("{", "application/elm+json")], "elm-unreadable"),
    ],
)
def test_criteria_that_no_library_defines_are_errors(
    expression: str, definitions: list[Resource], problem: str
) -> None:
    assert errors(stratified(expression, *definitions)) == [f"{problem} @ {PLACE}"]


def test_a_library_that_is_not_loaded_leaves_the_question_open() -> None:
    issues = stratified("Adults")
    assert told(issues) == ["library-unknown @ Measure.library[0]", f"no-cql-library @ {PLACE}"]
    assert errors(issues) == []


def test_cql_without_any_library_is_an_error() -> None:
    assert errors(stratified("Adults", named=[])) == [f"no-cql-library @ {PLACE}"]


def test_a_library_that_is_named_by_a_relative_reference_leaves_the_question_open() -> None:
    issues = stratified("Adults", named=["Library/l"])
    assert f"no-cql-library @ {PLACE}" in told(issues)
    assert errors(issues) == []


def test_parts_of_which_there_are_several_have_codes() -> None:
    group = {"population": [{}, {"code": concept("p")}], "stratifier": [{}, {"component": [{}, {}]}]}
    issues = issues_of(measure.RULES, {"resourceType": "Measure", "group": [group, {"code": concept("g")}]})
    assert errors(issues) == []
    assert told(issues) == [
        "group-without-code @ Measure.group[0]",
        "population-without-code @ Measure.group[0].population[0]",
        "stratifier-without-code @ Measure.group[0].stratifier[0]",
        "component-without-code @ Measure.group[0].stratifier[1].component[0]",
        "component-without-code @ Measure.group[0].stratifier[1].component[1]",
        "no-populations @ Measure.group[1]",
    ]


def test_a_proportion_needs_numerator_and_denominator() -> None:
    group = {"population": [{"code": concept("numerator", SYSTEM + "measure-population")}]}
    resource = {"resourceType": "Measure", "scoring": concept("proportion"), "group": [group]}
    assert told(issues_of(measure.RULES, resource)) == ["population-missing @ Measure.group[0]"]


def a_measure(*groups: Resource, scoring: str = "cohort", **more: Any) -> Resource:
    score = {"scoring": concept(scoring, SYSTEM + "measure-scoring")} if scoring else {}
    return {"resourceType": "Measure", "url": MEASURE, "group": list(groups), **score, **more}


def reported(definition: Resource, *groups: Resource, type_: str = "summary", **more: Any) -> list[Issue]:
    report = {"resourceType": "MeasureReport", "measure": MEASURE, "type": type_, "group": list(groups), **more}
    return issues_of(measure_report.RULES, report, definition)


def counted(code: str, count: int | None = 1, **more: Any) -> Resource:
    return {"code": concept(code), **({"count": count} if count is not None else {}), **more}


POPULATION = {"population": [{"code": concept("p")}]}


def test_a_report_that_fits_has_no_issues() -> None:
    assert reported(a_measure(POPULATION), {"population": [counted("p")]}) == []


def test_an_unknown_measure_is_a_warning_and_none_a_note() -> None:
    report = {"resourceType": "MeasureReport", "measure": MEASURE}
    assert told(issues_of(measure_report.RULES, report)) == ["unknown-measure @ MeasureReport.measure"]
    assert told(issues_of(measure_report.RULES, {"resourceType": "MeasureReport"})) == ["no-measure @ MeasureReport"]


def test_a_single_group_may_be_anonymous_but_not_have_another_code() -> None:
    definition = a_measure({"code": concept("g"), **POPULATION})
    assert reported(definition, {"population": [counted("p")]}) == []
    assert errors(reported(definition, {"code": concept("h"), "population": [counted("p")]})) == [
        "group-code-wrong @ MeasureReport.group[0]"
    ]
    assert errors(reported(definition, {"code": {"text": "g"}, "population": [counted("p")]})) == [
        "group-code-unusable @ MeasureReport.group[0]"
    ]


def test_several_groups_are_matched_by_code() -> None:
    definition = a_measure({"code": concept("g")}, {"code": concept("h")})
    issues = reported(definition, {"code": concept("g")}, {"code": concept("g")}, {"code": concept("x")}, {})
    assert errors(issues) == [
        "code-twice @ MeasureReport.group[1]",
        "code-unknown @ MeasureReport.group[2]",
        "without-code @ MeasureReport.group[3]",
        "missing @ MeasureReport",
    ]


def test_data_collection_may_leave_groups_out_and_has_no_score() -> None:
    definition = a_measure({"code": concept("g")}, {"code": concept("h")}, scoring="proportion")
    group = {"code": concept("g"), "measureScore": {"value": 1}}
    assert errors(reported(definition, group, type_="data-collection")) == [
        "score-not-allowed @ MeasureReport.group[0].measureScore"
    ]


def test_populations_and_stratifiers_are_matched_within_their_group() -> None:
    definition = a_measure(
        {
            "population": [{"code": concept("p")}, {"code": concept("q")}, {"code": concept("measure-observation")}],
            "stratifier": [{"code": concept("s")}, {"code": {"text": "by age"}}],
        }
    )
    strata = [{"code": [concept("s")]}, {"code": [{"text": "by age"}]}, {"code": [concept("t")]}]
    issues = reported(definition, {"population": [counted("p"), counted("x")], "stratifier": strata})
    assert errors(issues) == [
        "code-unknown @ MeasureReport.group[0].population[1]",
        "missing @ MeasureReport.group[0]",
        "code-unknown @ MeasureReport.group[0].stratifier[2]",
    ]


def test_subjects_are_listed_in_a_subject_list_only_and_as_many_as_are_counted() -> None:
    subjects = {"subjectResults": {"reference": "#l"}}
    contained = [{"resourceType": "List", "id": "l", "entry": [{}, {}]}]
    for count, problems in ((2, []), (3, ["count-differs @ MeasureReport.group[0].population[0]"])):
        group = {"population": [counted("p", count, **subjects)]}
        assert told(reported(a_measure(POPULATION), group, type_="subject-list", contained=contained)) == problems
    group = {"population": [counted("p", None, **subjects)]}
    assert told(reported(a_measure(POPULATION), group)) == [
        "subjects-not-allowed @ MeasureReport.group[0].population[0]",
        "no-count @ MeasureReport.group[0].population[0]",
    ]


@pytest.mark.parametrize(
    ("scoring", "score", "problems"),
    [
        ("cohort", {"value": 1}, ["score-not-allowed @ measureScore"]),
        ("cohort", None, []),
        ("proportion", None, ["no-score @ "]),
        ("proportion", {"value": Decimal("0.5")}, []),
        ("proportion", {"value": Decimal("1.5")}, ["proportion-range @ measureScore.value"]),
        ("proportion", {"value": 1, "code": "%"}, ["proportion-with-unit @ measureScore.code"]),
        ("proportion", {}, ["score-without-value @ measureScore"]),
        ("ratio", {"value": 5}, ["ratio-without-unit @ measureScore"]),
        ("continuous-variable", {"value": 5}, []),
        ("", {"value": 5}, []),
    ],
)
def test_the_score_is_what_the_scoring_wants(scoring: str, score: Resource | None, problems: list[str]) -> None:
    group = {"population": [counted("p")], **({"measureScore": score} if score is not None else {})}
    found = told(reported(a_measure(POPULATION, scoring=scoring), group))
    places = [each.replace("MeasureReport.group[0]", "").replace("@ .", "@ ") for each in found]
    assert [each for each in places if not each.startswith("scoring-unknown")] == problems


def test_the_unit_of_the_score_is_that_of_the_measure() -> None:
    unit = {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"}
    definition = a_measure(
        POPULATION, scoring="ratio", extension=[{**unit, "valueCoding": {"system": "u", "code": "d"}}]
    )
    score = {"value": 1, "system": "u", "code": "h"}
    assert errors(reported(definition, {"population": [counted("p")], "measureScore": score})) == [
        "unit-differs @ MeasureReport.group[0].measureScore.code"
    ]


def test_an_unknown_scoring_is_a_note() -> None:
    (issue,) = reported(a_measure(POPULATION, scoring=""), {"population": [counted("p")], "measureScore": {}})
    assert (issue.id, issue.severity) == ("measure-report.scoring-unknown", "information")
