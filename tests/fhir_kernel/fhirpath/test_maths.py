"""Math, arithmetic and quantities."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from fhir_kernel.errors import FhirPathEvaluationError


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1.2 + 1.8", Decimal("3.0")),
        ("0.1 + 0.2 = 0.3", True),
        ("5 div 2", 2),
        ("-5 div 2", -2),
        ("5 mod 3", 2),
        ("-5 mod 3", -2),
        ("1 / 4", Decimal("0.25")),
        ("2147483647 + 1", None),
        ("1 / 0", None),
        ("1 mod 0", None),
        ("(-5).abs()", 5),
        ("1.1.ceiling()", 2),
        ("(-2.1).floor()", -3),
        ("(-1.9).truncate()", -1),
        ("2.5.round()", 3),
        ("3.14159.round(3)", Decimal("3.142")),
        ("81.sqrt()", 9),
        ("(-1).sqrt()", None),
        ("2.power(10)", 1024),
        ("2.power(-1)", Decimal("0.5")),
        ("(-1).power(0.5)", None),
        ("10.power(1000000)", None),
        ("9999999999.exp()", None),
        ("0.ln()", None),
        ("1000.log(10)", 3),
        ("4 'g' + 1 'kg' = 1004 'g'", True),
        ("2 'cm' * 3 'cm' = 6 'cm2'", True),
        ("6 'mg' / 2 'mL' = 3 'mg/mL'", True),
        ("1 'cm' + 1 's'", None),
        ("2 * 3 'mg' = 6 'mg'", True),
        ("-(5 'mg') = -5 'mg'", True),
        ("1 'kg' > 999 'g'", True),
        ("1 year = 12 months", True),
        ("1 year > 1 'd'", None),
        ("1 'cm'.comparable(1 'm')", True),
        ("1 'cm'.comparable(1 's')", False),
    ],
)
def test_arithmetic(run: Any, expression: str, expected: Any) -> None:
    assert run(expression) == ([] if expected is None else [expected])


@pytest.mark.parametrize("expression", ["'a' - 'b'", "@2020-01-01 + 7", "@2020-01-01 + 1 'mo'", "-'a'", "true + 1"])
def test_what_has_no_arithmetic_is_an_error(run: Any, expression: str) -> None:
    with pytest.raises(FhirPathEvaluationError):
        run(expression)
