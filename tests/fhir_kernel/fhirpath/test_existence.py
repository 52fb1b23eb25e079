"""Existence, filtering, subsetting and combining."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.errors import FhirPathEvaluationError


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("name.exists()", [True]),
        ("photo.exists()", [False]),
        ("name.exists(use = 'usual')", [True]),
        ("name.exists(use = 'old')", [False]),
        ("photo.empty()", [True]),
        ("name.all(given.exists())", [True]),
        ("name.all(family.exists())", [False]),
        ("photo.all(false)", [True]),
        ("name.family.exists().not()", [False]),
        ("(true | false).allTrue()", [False]),
        ("(true | false).anyTrue()", [True]),
        ("{}.allTrue()", [True]),
        ("{}.anyFalse()", [False]),
        ("name.given.count()", [5]),
        ("name.given.distinct().count()", [4]),
        ("name.given.isDistinct()", [False]),
        ("name.use.isDistinct()", [True]),
        ("name.first().subsetOf(name)", [True]),
        ("name.supersetOf(name.first())", [True]),
        ("(1 | 2).subsetOf(1)", [False]),
        ("{}.not()", []),
    ],
)
def test_existence(run: Any, expression: str, expected: list[Any]) -> None:
    assert run(expression) == expected


def test_a_primitive_with_extensions_only_exists_without_a_value(run: Any) -> None:
    assert run("name[2].given.select(hasValue())") == [False, True]
    assert run("name[2].given.first().exists()") == [True]
    assert run("name[2].given.first() = 'Fang'") == [False]


def test_all_true_takes_booleans_alone(run: Any) -> None:
    with pytest.raises(FhirPathEvaluationError, match="Boolean"):
        run("(true | 'yes').allTrue()")
