"""Subsetting and combining."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.errors import FhirPathEvaluationError


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(1 | 2 | 3)[1]", [2]),
        ("(1 | 2 | 3)[9]", []),
        ("(1 | 2 | 3)[-1]", []),
        ("(1 | 2 | 3).first()", [1]),
        ("(1 | 2 | 3).last()", [3]),
        ("(1 | 2 | 3).tail()", [2, 3]),
        ("(1 | 2 | 3).skip(2)", [3]),
        ("(1 | 2 | 3).skip(-1)", [1, 2, 3]),
        ("(1 | 2 | 3).take(2)", [1, 2]),
        ("(1 | 2 | 3).take(0)", []),
        ("{}.first()", []),
        ("(1 | 2 | 3).intersect(2 | 4)", [2]),
        ("(1 | 2 | 3).exclude(2 | 4)", [1, 3]),
        ("1.combine(1).exclude(2)", [1, 1]),
        ("1.combine(1)", [1, 1]),
        ("1.union(1 | 2)", [1, 2]),
        ("(1 | 1.0 | 2)", [1, 2]),
        ("name.select(use | given).count()", [8]),
        ("5.single()", [5]),
    ],
)
def test_subsetting(run: Any, expression: str, expected: list[Any]) -> None:
    assert run(expression) == expected


def test_single_refuses_several(run: Any) -> None:
    with pytest.raises(FhirPathEvaluationError, match="found 3"):
        run("name.single()")


def test_an_index_is_a_whole_number(run: Any) -> None:
    with pytest.raises(FhirPathEvaluationError, match="whole number"):
        run("name['1']")
