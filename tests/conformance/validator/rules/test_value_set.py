"""Rules of a ValueSet by itself."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validator.rules import value_set
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from tests.conformance.validator.rules.knowledge_world import HOME, errors, issues_of, told

COLOURS, OTHERS = f"{HOME}/cs/colours", f"{HOME}/cs/others"
PLACE = "ValueSet.compose.include[0]"


def colours(**more: Any) -> Resource:
    concepts = [{"code": "red"}, {"code": "dark-red"}, {"code": "green"}]
    kept = {"resourceType": "CodeSystem", "url": COLOURS, "version": "1", "content": "complete", "concept": concepts}
    return {**kept, "caseSensitive": True, **more}


def check(include: Resource, *definitions: Resource, **more: Any) -> list[Issue]:
    resource = {"resourceType": "ValueSet", "compose": {"include": [include]}, **more}
    return issues_of(value_set.RULES, resource, *(definitions or (colours(),)))


def codes(*names: str, **more: Any) -> Resource:
    return {"system": COLOURS, "concept": [{"code": name} for name in names], **more}


def test_listed_codes_exist_in_their_system() -> None:
    assert check(codes("red", "green")) == []
    assert errors(check(codes("red", "mauve"))) == [f"concept-unknown @ {PLACE}.concept[1]"]
    assert errors(check(codes("mauve"), status="retired")) == []


def test_excluded_codes_are_checked_too() -> None:
    resource = {"resourceType": "ValueSet", "compose": {"exclude": [codes("mauve")]}}
    assert errors(issues_of(value_set.RULES, resource, colours())) == [
        "concept-unknown @ ValueSet.compose.exclude[0].concept[0]"
    ]


def test_an_unknown_system_is_told_once() -> None:
    issues = check({**codes("a", "b", "c"), "system": f"{HOME}/cs/none"})
    assert told(issues) == [f"system-unknown @ {PLACE}.concept[0]"]
    assert errors(issues) == []


def test_a_code_is_listed_once_and_displays_for_all_or_none() -> None:
    include = {"system": COLOURS, "concept": [{"code": "red", "display": "Red"}, {"code": "red"}]}
    issues = check(include)
    assert told(issues) == [f"concept-twice @ {PLACE}.concept[1]", f"displays-mixed @ {PLACE}"]
    assert errors(issues) == []


@pytest.mark.parametrize(
    ("system", "problem"),
    [
        ("#c", "system-fragment"),
        ("colours", "system-relative"),
        (f"{HOME}/vs/all", "system-is-value-set"),
        (f"{HOME}/cs/supplement", "system-is-supplement"),
        (COLOURS + "|1", "system-with-version"),
    ],
)
def test_the_system_is_the_url_of_a_code_system(system: str, problem: str) -> None:
    definitions = [
        colours(),
        {"resourceType": "ValueSet", "url": f"{HOME}/vs/all"},
        {"resourceType": "CodeSystem", "url": f"{HOME}/cs/supplement", "content": "supplement", "supplements": COLOURS},
    ]
    assert errors(check({"system": system}, *definitions)) == [f"{problem} @ {PLACE}"]


def test_of_an_example_or_a_fragment_codes_cannot_be_told() -> None:
    for content, problem in (("example", "system-is-example"), ("fragment", "system-is-fragment")):
        assert told(check({"system": COLOURS}, colours(content=content))) == [f"{problem} @ {PLACE}"]


def test_imported_value_sets_are_known_and_are_value_sets() -> None:
    imported = [COLOURS, f"{HOME}/vs/none", "http://snomed.info/sct?fhir_vs", "#inner"]
    contained = [{"resourceType": "ValueSet", "id": "inner"}]
    issues = check({"valueSet": imported}, contained=contained)
    assert errors(issues) == []
    assert told(issues) == [
        f"import-wrong-type @ {PLACE}.valueSet[0]",
        f"import-unknown @ {PLACE}.valueSet[1]",
        f"import-intersection @ {PLACE}",
    ]


def filtered(property_: str, op: str, value: str) -> list[Issue]:
    properties = [
        {"code": "weight", "type": "integer"},
        {"code": "mixed", "type": "boolean"},
        {"code": "made", "type": "dateTime"},
        {"code": "kin", "type": "Coding"},
        {"code": "note", "type": "string"},
    ]
    filters = [{"code": "weight", "operator": ["=", "in"], "value": "a number"}]
    definition = colours(property=properties, filter=filters)
    others = {"resourceType": "CodeSystem", "url": OTHERS, "content": "complete", "concept": [{"code": "x"}]}
    include = {"system": COLOURS, "filter": [{"property": property_, "op": op, "value": value}]}
    return check(include, definition, others)


@pytest.mark.parametrize(
    ("property_", "op", "value"),
    [
        ("concept", "is-a", "red"),
        ("concept", "in", "red,green"),
        ("code", "regex", "r.*"),
        ("weight", "=", "5"),
        ("weight", "in", "5,6"),
        ("mixed", "=", "true"),
        ("mixed", "exists", "false"),
        ("made", "=", "2020-01"),
        ("kin", "=", OTHERS + "#x"),
        ("note", "=", "anything"),
        ("itemWeight", "=", "gt1.5"),
    ],
)
def test_a_filter_that_fits_its_property_is_right(property_: str, op: str, value: str) -> None:
    assert filtered(property_, op, value) == []


@pytest.mark.parametrize(
    ("property_", "op", "value", "problem"),
    [
        ("concept", "is-a", "mauve", "filter-code-unknown"),
        ("concept", "in", "red,mauve", "filter-code-unknown"),
        ("concept", "exists", "true", "filter-operator"),
        ("code", "regex", "(", "filter-value"),
        ("weight", "exists", "true", "filter-operator"),
        ("weight", "=", "heavy", "filter-value"),
        ("mixed", "=", "yes", "filter-value"),
        ("mixed", "exists", "yes", "filter-value"),
        ("made", "=", "last year", "filter-value"),
        ("kin", "=", "x", "filter-value"),
        ("kin", "=", OTHERS + "#y", "filter-code-unknown"),
        ("concept", "=", " red", "filter-value"),
    ],
)
def test_a_filter_that_does_not_fit_its_property_is_an_error(property_: str, op: str, value: str, problem: str) -> None:
    assert errors(filtered(property_, op, value)) == [f"{problem} @ {PLACE}.filter[0]"]


def test_an_undeclared_property_is_a_warning() -> None:
    issues = filtered("shade", "=", "x")
    assert told(issues) == [f"filter-property-unknown @ {PLACE}.filter[0]"]
    assert errors(issues) == []


def test_an_expansion_says_how_it_was_made() -> None:
    resource = {"resourceType": "ValueSet", "expansion": {"contains": [{"code": "x"}]}}
    issues = issues_of(value_set.RULES, resource)
    assert told(issues) == [
        "expansion-without-parameters @ ValueSet.expansion",
        "expansion-without-identifier @ ValueSet.expansion",
    ]
    assert errors(issues) == []


def test_a_value_set_of_hl7_that_is_published_says_who_answers_for_it() -> None:
    resource = {"resourceType": "ValueSet", "url": "http://hl7.org/fhir/ValueSet/x", "status": "draft"}
    found = errors(issues_of(value_set.RULES, resource, publishing=True))
    assert found.count("element-missing @ ValueSet") == 4
    assert "no-work-group @ ValueSet" in found
    assert issues_of(value_set.RULES, resource) == []
    assert errors(issues_of(value_set.RULES, {"resourceType": "ValueSet"}, publishing=True)) == []


@pytest.mark.parametrize("broken", [None, 1, "x", [], {}, [1], [{"filter": 1, "concept": [None], "valueSet": [1]}]])
def test_malformed_parts_are_passed_over(broken: Any) -> None:
    issues_of(value_set.RULES, {"resourceType": "ValueSet", "compose": broken, "expansion": broken})
    issues_of(value_set.RULES, {"resourceType": "ValueSet", "compose": {"include": broken}})
