"""Conversion."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath.functions.conversion import to_decimal, to_integer, to_quantity, to_string


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'1'.toInteger()", [1]),
        ("'1.0'.toInteger()", []),
        ("true.toInteger()", [1]),
        ("'1.10'.toDecimal().toString()", ["1.10"]),
        ("'yes'.toBoolean()", [True]),
        ("2.toBoolean()", []),
        ("1.0.toBoolean()", [True]),
        ("'2014-01'.toDate().toString()", ["2014-01"]),
        ("@2014-01-02T10:00.toDate() = @2014-01-02", [True]),
        ("'14:30'.toTime() = @T14:30", [True]),
        ("'x'.toTime()", []),
        ("'4 days'.toQuantity() = 4 days", [True]),
        ("'4 \\'mg\\''.toQuantity() = 4 'mg'", [True]),
        ("'4 mg'.toQuantity()", []),
        ("4 'g'.toQuantity('mg') = 4000 'mg'", [True]),
        ("4 'g'.convertsToQuantity('s')", [False]),
        ("1 week.toString()", ["1 week"]),
        ("{}.toInteger()", []),
        ("{}.convertsToInteger()", []),
        ("birthDate.toString()", ["1974-12-25"]),
        ("iif(true, 1, 1 / 'x')", [1]),
        ("iif({}, 1, 2)", [2]),
        ("iif(false, 1)", []),
    ],
)
def test_conversion(run: Any, expression: str, expected: list[Any]) -> None:
    assert run(expression) == expected


def test_several_items_do_not_convert(run: Any) -> None:
    with pytest.raises(FhirPathEvaluationError, match="single"):
        run("(1 | 2).toString()")


@given(st.integers(-(2**31), 2**31 - 1))
def test_an_integer_survives_its_text(value: int) -> None:
    assert to_integer(to_string(value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_a_decimal_survives_its_text(value: Decimal) -> None:
    assert to_decimal(to_string(value)) == value
    assert to_quantity(f"{to_string(value)} 'mg'").value == value
