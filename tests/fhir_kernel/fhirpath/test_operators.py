"""Operators."""

from __future__ import annotations

from typing import Any

import pytest

from fhir_kernel.errors import FhirPathEvaluationError

_TRUTH = {"true": True, "false": False, "{}": None}


@pytest.mark.parametrize("left", _TRUTH)
@pytest.mark.parametrize("right", _TRUTH)
def test_boolean_operators_have_three_values(run: Any, left: str, right: str) -> None:
    a, b = _TRUTH[left], _TRUTH[right]
    unknown = a is None or b is None
    expected = {
        "and": False if a is False or b is False else None if unknown else True,
        "or": True if a is True or b is True else None if unknown else False,
        "xor": None if unknown else a != b,
        "implies": True if a is False or b is True else None if unknown else False,
    }
    for operator, answer in expected.items():
        assert run(f"{left} {operator} {right}") == ([] if answer is None else [answer]), operator
        assert run(f"{left} {operator} {right} {operator} {right}") is not None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 = 1.0", True),
        ("'a' = 'A'", False),
        ("'a b' ~ 'A  B'", True),
        ("(1 | 2) = (2 | 1)", False),
        ("(1 | 2) ~ (2 | 1)", True),
        ("1 = {}", None),
        ("{} ~ {}", True),
        ("1.2 / 1.8 ~ 0.67", True),
        ("'1' = 1", False),
        ("@2012-04-15 = @2012-04-15T10:00:00", None),
        ("@2012-04-15 ~ @2012-04-15T10:00:00", False),
        ("@2012-04-15 != @T10:00", True),
        ("name = name", True),
        ("name[0] ~ name[0]", True),
        ("name[0] = name[1]", False),
        ("gender = 'male'", True),
        ("gender != 'male'", False),
        ("gender in ('male' | 'female')", True),
        ("gender in {}", False),
        ("{} in ('male' | 'female')", None),
        ("name.use contains 'usual'", True),
        ("multipleBirth > 1", True),
        ("birthDate >= @1974", None),
        ("birthDate > @1973", True),
        ("deceased = true", None),
        ("1 'kg' = 1000 'g'", True),
        ("1 'kg' ~ 1004 'g'", True),
        ("1 'kg' = 1 's'", False),
        ("1 'kg' > 1 's'", None),
    ],
)
def test_comparison(run: Any, expression: str, expected: bool | None) -> None:
    assert run(expression) == ([] if expected is None else [expected])


@pytest.mark.parametrize("expression", ["1 < 'a'", "name.given > 'a'", "name[0] < name[1]", "(1 | 2) in 1", "true > 1"])
def test_what_has_no_order_is_an_error(run: Any, expression: str) -> None:
    with pytest.raises(FhirPathEvaluationError):
        run(expression)
