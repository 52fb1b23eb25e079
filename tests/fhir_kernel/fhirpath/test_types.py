"""Types."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath import Engine


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 is Integer", [True]),
        ("1.is(System.Integer)", [True]),
        ("active is Boolean", [False]),
        ("active is boolean", [True]),
        ("gender is string", [True]),
        ("gender.ofType(string)", []),
        ("gender as code", ["male"]),
        ("multipleBirth is integer", [True]),
        ("$this is DomainResource", [True]),
        ("$this is FHIR.Patient", [True]),
        ("$this is System.Patient", [False]),
        ("name.ofType(HumanName).count()", [3]),
        ("type().name", ["Patient"]),
        ("gender.type().namespace & '.' & gender.type().name", ["FHIR.code"]),
        ("1.type().name", ["Integer"]),
        ("{} is Integer", []),
        ("0.where($this = 0).type().name", ["Integer"]),
        ("''.where(length() = 0).type().name", ["String"]),
    ],
)
def test_types(run: Any, expression: str, expected: list[Any]) -> None:
    assert run(expression) == expected


def test_as_takes_one_item_unless_told_to_filter(run: Any, model: Model) -> None:
    with pytest.raises(FhirPathEvaluationError, match="single"):
        run("name as HumanName")
    patient = {"resourceType": "Patient", "name": [{"family": "a"}, {"family": "b"}]}
    assert len(Engine(model, as_filters=True).compile("name as HumanName").evaluate(patient)) == 2


def test_an_unknown_type_is_an_error(run: Any) -> None:
    with pytest.raises(FhirPathEvaluationError, match="no type"):
        run("gender.as(string1)")
