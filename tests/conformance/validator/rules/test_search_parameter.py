from __future__ import annotations

from typing import Any

import pytest

from conformance.validator.rules.search_parameter import check_search_parameter, union_parts
from fhir_kernel.resource import Resource
from tests.conformance.validator.rules.conftest import Run

_ORIGIN = "http://hl7.org/fhir/SearchParameter/Organization-name"


def parameter(**more: Any) -> Resource:
    return {"resourceType": "SearchParameter", "base": ["Patient"], "type": "string", **more}


def derived(**more: Any) -> Resource:
    return parameter(derivedFrom=_ORIGIN, **{"base": ["Organization"], **more})


@pytest.mark.parametrize(
    "expression",
    [
        "Patient.name.family",
        "Patient.name | Practitioner.name",
        "(Patient.deceased as boolean)",
        "Patient.extension.where(url = 'a|b').value",
        "Resource.id",
    ],
)
def test_an_expression_may_select_from_its_base(run: Run, expression: str) -> None:
    assert run(check_search_parameter, parameter(expression=expression, base=["Patient", "Practitioner"])) == []


@pytest.mark.parametrize("expression", ["Patient.name.taste", "Organization.name", "Patient.name | Group.name"])
def test_an_expression_cannot_select_from_other_types(run: Run, expression: str) -> None:
    assert run(check_search_parameter, parameter(expression=expression)) == [
        ("search-parameter.expression-type", "SearchParameter.expression", "error")
    ]


def test_expressions_are_fhirpath(run: Run) -> None:
    broken = parameter(expression="Patient.name.", component=[{"expression": "value.as("}])
    assert [(found.id, found.path) for found in run(check_search_parameter, broken)] == [
        ("search-parameter.expression", "SearchParameter.expression"),
        ("search-parameter.expression", "SearchParameter.component[0].expression"),
    ]


def test_a_derived_parameter_may_repeat_its_origin_in_another_order(run: Run) -> None:
    assert run(check_search_parameter, derived(expression="Organization.alias | Organization.name")) == []


def test_a_derived_parameter_that_selects_something_else_is_a_warning(run: Run) -> None:
    assert run(check_search_parameter, derived(expression="Organization.name")) == [
        ("search-parameter.expression-differs", "SearchParameter.expression", "warning")
    ]


def test_a_derived_parameter_keeps_type_and_base(run: Run) -> None:
    assert run(check_search_parameter, derived(base=["Organization", "Patient"], type="token")) == [
        ("search-parameter.base-differs", "SearchParameter.base[1]", "error"),
        ("search-parameter.type-differs", "SearchParameter.type", "error"),
    ]


def test_an_unknown_origin_is_a_warning(run: Run) -> None:
    assert run(check_search_parameter, parameter(derivedFrom="http://example.org/none")) == [
        ("search-parameter.unknown-origin", "SearchParameter.derivedFrom", "warning")
    ]


@pytest.mark.parametrize("broken", [{"base": "Patient"}, {"expression": 1}, {"component": [1]}, {"derivedFrom": []}])
def test_malformed_parts_are_left_to_the_checks_of_their_structure(run: Run, broken: dict[str, Any]) -> None:
    assert run(check_search_parameter, parameter(**broken)) == []


def test_a_union_is_split_outside_of_brackets_and_quotes() -> None:
    assert list(union_parts("a.where(x | y) | 'p|q' | `r|s`")) == ["a.where(x | y)", "'p|q'", "`r|s`"]
    assert list(union_parts(r"'it\'s | one'")) == [r"'it\'s | one'"]
