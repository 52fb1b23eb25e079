"""Conversions between units, and their canonical form."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fhir_kernel import ucum
from fhir_kernel.ucum.atoms import atoms
from fhir_kernel.ucum.special import SPECIAL_UNITS

_RATIO_UNITS = sorted(code for code in atoms() if code not in SPECIAL_UNITS)
_values = st.decimals(min_value=-1000, max_value=1000, places=4)
_units = st.sampled_from(_RATIO_UNITS)


@pytest.mark.parametrize(
    ("value", "unit", "target", "expected"),
    [
        ("37", "Cel", "[degF]", "98.6"),
        ("98.6", "[degF]", "Cel", "37"),
        ("1", "[lb_av]", "kg", "0.45359237"),
        ("120", "mm[Hg]", "kPa", "15.99864"),
        ("30", "dB", "1", "1000"),
        ("20", "dB[V]", "V", "10"),
        ("7", "[pH]", "nmol/L", "100"),
        ("1", "a", "d", "365.25"),
        ("1", "mo", "d", "30.4375"),
        ("5", "mg/dL", "g/L", "0.05"),
        ("2", "meq", "mmol", "2"),
        ("1", "[in_i]", "cm", "2.54"),
        ("1000", "m[iU]", "[iU]", "1"),
        ("1", "[iU]", "[IU]", "1"),
        ("80", "[degRe]", "Cel", "100"),
        ("1", "U", "nkat", "16.66666666666666666666666667"),
    ],
)
def test_a_value_converts(value: str, unit: str, target: str, expected: str) -> None:
    converted = ucum.convert(Decimal(value), unit, target)
    assert converted is not None
    assert converted == pytest.approx(Decimal(expected), rel=Decimal("1e-26"))


@pytest.mark.parametrize(
    ("left", "right"), [("m", "s"), ("[iU]", "U"), ("[iU]", "[arb'U]"), ("foo", "foo"), ("Cel.m", "K.m")]
)
def test_units_that_measure_other_things_do_not_compare(left: str, right: str) -> None:
    assert not ucum.comparable(left, right)
    assert ucum.convert(Decimal(1), left, right) is None


def test_annotations_do_not_matter_to_comparison() -> None:
    assert ucum.comparable("mm[Hg]{art}", "kPa")
    assert ucum.canonical(Decimal(3), "{beats}") == (Decimal(3), "1")


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+999999", "1E-999999"])
def test_a_value_out_of_range_converts_to_nothing(value: str) -> None:
    assert ucum.convert(Decimal(value), "m", "cm") is None


def test_a_value_outside_a_scale_converts_to_nothing() -> None:
    assert ucum.convert(Decimal(-1), "mol/L", "[pH]") is None
    assert ucum.convert(Decimal(10) ** 6, "B", "1") is None


@given(_values, _units, _units)
def test_there_and_back_again_is_the_same(value: Decimal, unit: str, other: str) -> None:
    assume(ucum.comparable(unit, other))
    there = ucum.convert(value, unit, other)
    assert there is not None
    back = ucum.convert(there, other, unit)
    assert back is not None
    assert abs(back - value) <= abs(value) * Decimal("1e-25")


@given(st.decimals(min_value=1, max_value=14, places=3), st.sampled_from(sorted(SPECIAL_UNITS)))
def test_special_scales_come_back_too(value: Decimal, unit: str) -> None:
    there = ucum.canonical(value, unit)
    assert there is not None
    back = ucum.convert(there[0], there[1], unit)
    assert back is not None
    assert abs(back - value) < Decimal("1e-9")


@given(_values, _values, _units, _units)
def test_the_canonical_form_of_a_product_is_the_product_of_the_forms(x: Decimal, y: Decimal, a: str, b: str) -> None:
    one, other, product = ucum.canonical(x, a), ucum.canonical(y, b), ucum.canonical(x * y, f"{a}.{b}")
    assert one is not None
    assert other is not None
    assert product is not None
    expected = one[0] * other[0]
    assert abs(product[0] - expected) <= abs(expected) * Decimal("1e-25")
    assert ucum.comparable(f"({one[1]}).({other[1]})", product[1])
