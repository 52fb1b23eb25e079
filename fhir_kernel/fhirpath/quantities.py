"""Quantities of different units brought to one (https://hl7.org/fhirpath/N1/index.html#quantity, https://ucum.org)."""

from __future__ import annotations

from decimal import Decimal

from fhir_kernel.fhirpath.decimals import arithmetic_context
from fhir_kernel.fhirpath.values import CALENDAR_UNITS, Quantity

_UCUM_BY_CALENDAR = {
    "year": "a",
    "month": "mo",
    "week": "wk",
    "day": "d",
    "hour": "h",
    "minute": "min",
    "second": "s",
    "millisecond": "ms",
}
_INEXACT = ("year", "month")


def in_unit_of(quantity: Quantity, target: Quantity, *, exactly: bool = True) -> Decimal | None:
    """The value of `quantity` in the unit of `target`; None where the units do not compare.

    A calendar year or month has no definite length: it compares with the other only, unless `exactly` is False.
    """
    if (quantity.unit, quantity.is_calendar) == (target.unit, target.is_calendar):
        return quantity.value
    if quantity.is_calendar and target.is_calendar and {quantity.unit, target.unit} == set(_INEXACT):
        return quantity.value * 12 if quantity.unit == "year" else quantity.value / 12
    if exactly and (_is_inexact(quantity) or _is_inexact(target)):
        return None
    return convert(quantity.value, ucum_unit(quantity), ucum_unit(target))


def are_comparable(a: Quantity, b: Quantity) -> bool:
    """Whether the units have one dimension."""
    from fhir_kernel import ucum

    first, second = ucum_unit(a), ucum_unit(b)
    return first == second or ucum.comparable(first, second)


def convert(value: Decimal, unit: str, target: str) -> Decimal | None:
    """`value` in another UCUM unit, or None."""
    if unit == target:
        return value
    from fhir_kernel import ucum

    return ucum.convert(value, unit, target)


def ucum_unit(quantity: Quantity) -> str:
    """The UCUM code of the unit, also of a calendar duration."""
    return _UCUM_BY_CALENDAR[quantity.unit] if quantity.is_calendar else quantity.unit


def duration_unit(quantity: Quantity) -> str | None:
    """The calendar unit by which a date may be moved; None for any other unit, definite years and months included."""
    unit = CALENDAR_UNITS.get(quantity.unit)
    if unit is None:
        unit = next((name for name, code in _UCUM_BY_CALENDAR.items() if code == quantity.unit), None)
        return None if unit in _INEXACT else unit
    return unit


def product(a: Quantity, b: Quantity) -> Quantity:
    """`a` times `b`."""
    units = [unit for unit in (ucum_unit(a), ucum_unit(b)) if unit != "1"]
    return Quantity(arithmetic_context().multiply(a.value, b.value), ".".join(_closed(unit) for unit in units) or "1")


def quotient(a: Quantity, b: Quantity) -> Quantity | None:
    """`a` divided by `b`; None where `b` is zero."""
    if not b.value:
        return None
    above, below = ucum_unit(a), ucum_unit(b)
    unit = above if below == "1" else "1" if above == below else f"{above}/{_closed(below)}"
    return Quantity(arithmetic_context().divide(a.value, b.value), unit)


def _closed(unit: str) -> str:
    return f"({unit})" if "/" in unit or "." in unit else unit


def _is_inexact(quantity: Quantity) -> bool:
    return quantity.is_calendar and quantity.unit in _INEXACT
