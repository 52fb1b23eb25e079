"""Precision and boundaries."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.fhirpath.functions.boundaries import decimal_boundary, temporal_boundary
from fhir_kernel.fhirpath.temporal import DateTime, compare

_DECIMALS = st.decimals(-(10**6), 10**6, allow_nan=False, allow_infinity=False, places=4)


@given(_DECIMALS, st.integers(5, 28))
def test_boundaries_contain_the_value(value: Decimal, precision: int) -> None:
    low, high = (decimal_boundary(value, precision, is_high=side) for side in (False, True))
    assert low is not None
    assert high is not None
    assert low < value < high
    assert high - low == Decimal("0.0001")


@given(st.integers(1900, 2100), st.integers(1, 12), st.integers(1, 28), st.integers(1, 3))
def test_boundaries_of_a_date_lie_within_it(year: int, month: int, day: int, count: int) -> None:
    value = DateTime((year, month, day)[:count])
    low, high = (temporal_boundary(value, 17, is_high=side) for side in (False, True))
    assert low is not None
    assert high is not None
    assert low.parts[:count] == high.parts[:count] == value.parts
    assert compare(low, high) == -1


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("@2014.lowBoundary(6).toString()", ["2014-01"]),
        ("@2014-02.highBoundary().toString()", ["2014-02-28"]),
        ("@T10:30.highBoundary(9).toString()", ["10:30:59.999"]),
        ("@2014-01-01T08:05+08:00.lowBoundary().toString()", ["2014-01-01T08:05:00.000+08:00"]),
        ("1.lowBoundary(29)", []),
        ("@2014.lowBoundary(5)", []),
        ("1.58700.precision()", [5]),
        ("@2014-01-05T10:30.precision()", [12]),
        ("@T10:30:00.000.precision()", [9]),
        ("(1 'cm').highBoundary(1) = 1.5 'cm'", [True]),
    ],
)
def test_boundaries(run: Any, expression: str, expected: list[Any]) -> None:
    assert run(expression) == expected
