"""Precision and boundaries of inexact values (https://build.fhir.org/ig/HL7/FHIRPath/#lowboundaryprecision-integer)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from fhir_kernel.fhirpath.decimals import DIGITS, arithmetic_context, rounded
from fhir_kernel.fhirpath.functions.signature import Function, scalar
from fhir_kernel.fhirpath.quantities import are_comparable
from fhir_kernel.fhirpath.temporal import Parts
from fhir_kernel.fhirpath.values import Date, DateTime, Item, Quantity, Temporal, Time

_MAX_DIGITS = 28
_DEFAULT_DIGITS = 8
_DATE_DIGITS = (4, 6, 8, 10, 12, 17)
_TIME_DIGITS = (2, 4, 9)


def decimal_boundary(value: Decimal, precision: int, *, is_high: bool) -> Decimal | None:
    """The lowest or highest value that `value` may have been before rounding, to `precision` digits after the point.

    At a precision coarser than the value's, the bound away from zero is rounded and the one towards zero cut off, as
    in the published suite.
    """
    if not 0 <= precision <= _MAX_DIGITS:
        return None
    digits = max(-int(value.as_tuple().exponent), 0)
    half = Decimal(5).scaleb(-digits - 1)
    outward = is_high != value.is_signed()
    context = arithmetic_context(len(value.as_tuple().digits) + DIGITS)
    magnitude = context.add(value.copy_abs(), half if outward else -half)
    bound = rounded(magnitude, precision, ROUND_HALF_UP if outward else ROUND_DOWN)
    return bound.copy_negate() if value.is_signed() else bound


def temporal_boundary(value: Temporal, precision: int, *, is_high: bool) -> Temporal | None:
    """The first or last date or time that `value` may mean, to `precision` digits as they are written."""
    digits = _TIME_DIGITS if isinstance(value, Time) else _DATE_DIGITS
    if precision == 14 and isinstance(value, DateTime):
        precision = 17
    if precision not in digits or (isinstance(value, Date) and precision > 8):
        return None
    count = digits.index(precision) + 1
    if isinstance(value, Time):
        return Time(_filled((2000, 1, 1, *value.parts), is_high=is_high)[3 : count + 3])
    parts = _filled(_with_minutes(value), is_high=is_high)[:count]
    if isinstance(value, Date):
        return Date(parts)
    zone = value.zone if value.zone is not None else (-12 if is_high else 14) * 60
    return DateTime(parts, zone if count > 3 else None)


def _with_minutes(value: Date | DateTime) -> Parts:
    """FHIR has no date and time that ends at the hour: such a literal means its first minute."""
    return (*value.parts, 0) if len(value.parts) == 4 else value.parts


def _filled(parts: Parts, *, is_high: bool) -> Parts:
    while len(parts) < 5:
        if not is_high:
            missing = 1 if len(parts) < 3 else 0
        elif len(parts) == 2:
            missing = monthrange(int(parts[0]), int(parts[1]))[1]
        else:
            missing = {1: 12, 3: 23, 4: 59}[len(parts)]
        parts = (*parts, missing)
    second = Decimal(parts[5]) if len(parts) > 5 else Decimal(59 if is_high else 0)
    if second == second.to_integral_value() and second.as_tuple().exponent == 0:
        second += Decimal("0.999") if is_high else Decimal("0.000")
    return (*parts[:5], second)


def _boundary(*, is_high: bool) -> Callable[[Item, int | None], Item]:
    def run(value: Item, precision: int | None) -> Item:
        if isinstance(value, Quantity):
            number = decimal_boundary(value.value, _digits(precision), is_high=is_high)
            return None if number is None else Quantity(number, value.unit, value.is_calendar)
        if isinstance(value, int | Decimal):
            return decimal_boundary(Decimal(value), _digits(precision), is_high=is_high)
        default = 17 if isinstance(value, DateTime) else 9 if isinstance(value, Time) else 8
        return temporal_boundary(value, default if precision is None else precision, is_high=is_high)

    return run


def _digits(precision: int | None) -> int:
    return _DEFAULT_DIGITS if precision is None else precision


def _precision(value: Item) -> Item:
    if isinstance(value, Quantity):
        value = value.value
    if isinstance(value, int | Decimal):
        return max(-int(Decimal(value).as_tuple().exponent), 0)
    digits = _TIME_DIGITS if isinstance(value, Time) else _DATE_DIGITS
    found = digits[len(value.parts) - 1]
    last = value.parts[-1]
    has_whole_seconds = found in (9, 17) and isinstance(last, Decimal) and last.as_tuple().exponent == 0
    return found - 3 if has_whole_seconds else found


FUNCTIONS: dict[str, Function] = {
    "lowBoundary": scalar("Bounded", _boundary(is_high=False), "| Integer"),
    "highBoundary": scalar("Bounded", _boundary(is_high=True), "| Integer"),
    "precision": scalar("Bounded", _precision, returns="System.Integer"),
    "comparable": scalar("Quantity", are_comparable, "Quantity", returns="System.Boolean"),
}
