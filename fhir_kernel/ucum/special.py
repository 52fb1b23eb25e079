"""Units on a scale that is no ratio: degrees Celsius, pH, decibel … (https://ucum.org/ucum#section-Special-Units)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from types import MappingProxyType

_DIGITS = Context(prec=40)
_ZERO_CELSIUS = Fraction("273.15")
_ZERO_FAHRENHEIT = Fraction("459.67")
_LARGEST_POWER = 400


@dataclass(frozen=True, slots=True)
class Scale:
    """How values convert to a ratio scale in `unit`; None where a value is out of range."""

    unit: str
    is_metric: bool
    to_ratio: Callable[[Fraction], Fraction | None]
    from_ratio: Callable[[Fraction], Fraction | None]
    name: str


def _linear(factor: Fraction, offset: Fraction, unit: str, name: str, *, is_metric: bool) -> Scale:
    return Scale(unit, is_metric, lambda x: (x + offset) * factor, lambda y: y / factor - offset, name)


def _power(base: Decimal, step: int, unit: str, name: str, *, is_metric: bool = True) -> Scale:
    """Values are `step` times the logarithm of the ratio to `unit`."""
    log_of_base = _DIGITS.ln(base)

    def to_ratio(x: Fraction) -> Fraction | None:
        exponent = _DIGITS.divide(Decimal(x.numerator), Decimal(x.denominator * step))
        if abs(exponent) > _LARGEST_POWER:
            return None
        return Fraction(_DIGITS.power(base, exponent))

    def from_ratio(y: Fraction) -> Fraction | None:
        if y <= 0:
            return None
        ratio = _DIGITS.divide(Decimal(y.numerator), Decimal(y.denominator))
        return Fraction(_DIGITS.divide(_DIGITS.ln(ratio), log_of_base)) * step

    return Scale(unit, is_metric, to_ratio, from_ratio, name)


def _slope(name: str) -> Scale:
    """A hundred times the tangent of an angle."""
    return Scale(
        "rad",
        False,
        lambda x: Fraction(math.atan(float(x) / 100)),
        lambda y: Fraction(math.tan(float(y)) * 100),
        name,
    )


def _square_root(unit: str, name: str) -> Scale:
    def from_ratio(y: Fraction) -> Fraction | None:
        return None if y < 0 else Fraction(_DIGITS.sqrt(_DIGITS.divide(Decimal(y.numerator), Decimal(y.denominator))))

    return Scale(unit, False, lambda x: x * x, from_ratio, name)


def _potency(base: int, name: str) -> Scale:
    return _power(Decimal(base), -1, "1", name, is_metric=False)


_E = _DIGITS.exp(Decimal(1))
_TEN = Decimal(10)

SPECIAL_UNITS: Mapping[str, Scale] = MappingProxyType(
    {
        "Cel": _linear(Fraction(1), _ZERO_CELSIUS, "K", "degree Celsius", is_metric=True),
        "[degF]": _linear(Fraction(5, 9), _ZERO_FAHRENHEIT, "K", "degree Fahrenheit", is_metric=False),
        "[degRe]": _linear(Fraction(5, 4), _ZERO_CELSIUS * 4 / 5, "K", "degree Réaumur", is_metric=False),
        "[p'diop]": _slope("prism diopter"),
        "%[slope]": _slope("percent of slope"),
        "[hp'_X]": _potency(10, "homeopathic potency of decimal series"),
        "[hp'_C]": _potency(100, "homeopathic potency of centesimal series"),
        "[hp'_M]": _potency(1000, "homeopathic potency of millesimal series"),
        "[hp'_Q]": _potency(50000, "homeopathic potency of quintamillesimal series"),
        "[pH]": _power(_TEN, -1, "mol/l", "pH", is_metric=False),
        "Np": _power(_E, 1, "1", "neper"),
        "B": _power(_TEN, 1, "1", "bel"),
        "B[SPL]": _power(_TEN, 2, "2.10*-5.Pa", "bel sound pressure"),
        "B[V]": _power(_TEN, 2, "V", "bel volt"),
        "B[mV]": _power(_TEN, 2, "mV", "bel millivolt"),
        "B[uV]": _power(_TEN, 2, "uV", "bel microvolt"),
        "B[10.nV]": _power(_TEN, 2, "10.nV", "bel 10 nanovolt"),
        "B[W]": _power(_TEN, 1, "W", "bel watt"),
        "B[kW]": _power(_TEN, 1, "kW", "bel kilowatt"),
        "[m/s2/Hz^(1/2)]": _square_root("m2/s4/Hz", "meter per square second per square root of hertz"),
        "[m/s2/Hz^0.5]": _square_root("m2/s4/Hz", "meter per square second per square root of hertz"),
        "bit_s": _power(Decimal(2), 1, "1", "bit (logarithmic)", is_metric=False),
    }
)
