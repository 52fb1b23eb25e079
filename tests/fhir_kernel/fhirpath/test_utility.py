"""Trace, variables and the environment."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath import Node


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("%ucum", ["http://unitsofmeasure.org"]),
        ("%`vs-gender`", ["http://hl7.org/fhir/ValueSet/gender"]),
        ("%ext-time", ["http://hl7.org/fhir/StructureDefinition/time"]),
        ("name.where(%resource.active)[0].use", ["official"]),
        ("%rootResource.id = %context.id", [True]),
        ("name.first().defineVariable('n').select(family & %n.use)", ["Wangofficial"]),
        ("name.defineVariable('second', skip(1).first()).select(use & %second.use)[0]", ["officialusual"]),
        ("defineVariable('a', name.count()).select(%a + 1)", [4]),
    ],
)
def test_variables(run: Any, expression: str, expected: list[Any]) -> None:
    assert run(expression) == expected


def test_the_caller_may_add_variables(run: Any) -> None:
    assert run("%limit + 1", variables={"limit": [4]}) == [5]


def test_an_unknown_variable_is_an_error(run: Any) -> None:
    with pytest.raises(FhirPathEvaluationError, match="%nothing"):
        run("%nothing")


def test_a_variable_is_defined_once(run: Any) -> None:
    with pytest.raises(FhirPathEvaluationError, match="already"):
        run("defineVariable('a', 1).defineVariable('a', 2)")


def test_a_variable_ends_with_the_operand_that_defines_it(run: Any) -> None:
    with pytest.raises(FhirPathEvaluationError, match="%n"):
        run("name.first().defineVariable('n').family & %n.use")


def test_trace_shows_the_items_and_passes_them_on(run: Any) -> None:
    seen: list[tuple[str, list[Node]]] = []
    assert run("name.use.trace('uses').count()", trace=lambda name, items: seen.append((name, list(items)))) == [3]
    assert [(name, len(items)) for name, items in seen] == [("uses", 3)]
