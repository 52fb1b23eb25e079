"""Numbers, quantities and ranges, with units in UCUM's canonical form (https://hl7.org/fhir/R4/search.html#quantity)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from fhir_kernel.store.values import GREATEST, LEAST, NumberValue, PositionValue, QuantityValue, Value
from fhir_kernel.ucum import canonical

UCUM = "http://unitsofmeasure.org"
CURRENCIES = "urn:iso:std:iso:4217"


def of_number(element: Any, out: list[Value]) -> None:
    """A decimal or integer."""
    number = _decimal(element)
    if number is not None:
        out.append(NumberValue(number, number, number))


def of_range_as_number(element: Any, out: list[Value]) -> None:
    """A Range whose units do not matter, such as a probability."""
    found = _range(element)
    if found is not None:
        out.append(found)


def of_quantity_as_number(element: Any, out: list[Value]) -> None:
    """The value of a Quantity."""
    if element.__class__ is dict:
        of_number(element.get("value"), out)


def of_quantity(element: Any, out: list[Value]) -> None:
    """A Quantity; one with a comparator (`<5`) is a range that is open at one end."""
    number = _decimal(element.get("value")) if element.__class__ is dict else None
    if number is not None:
        comparator = element.get("comparator")
        low = LEAST if comparator in ("<", "<=") else number
        high = GREATEST if comparator in (">", ">=") else number
        out.append(_with_unit(NumberValue(number, low, high), element))


def of_range(element: Any, out: list[Value]) -> None:
    """A Range, open where it has no low or high."""
    found = _range(element)
    if found is not None:
        out.append(_with_unit(found, element.get("low") or element.get("high")))


def of_money(element: Any, out: list[Value]) -> None:
    """A Money; its currency is the unit."""
    number = _decimal(element.get("value")) if element.__class__ is dict else None
    if number is not None:
        currency = _text(element.get("currency"))
        out.append(QuantityValue(NumberValue(number, number, number), CURRENCIES if currency else "", currency))


def of_sampled_data(element: Any, out: list[Value]) -> None:
    """A SampledData: from the least to the greatest that was measured, in the unit of its origin."""
    origin = element.get("origin") if element.__class__ is dict else None
    if origin.__class__ is not dict:
        return
    factor, start = _decimal(element.get("factor", 1)), _decimal(origin.get("value", 0))
    measured = [number for each in _text(element.get("data")).split() if (number := _written(each)) is not None]
    if factor is not None and start is not None and measured:
        low, high = sorted((start + min(measured) * factor, start + max(measured) * factor))
        out.append(_with_unit(NumberValue(low, low, high), origin))


def of_position(element: Any, out: list[Value]) -> None:
    """Where a Location is."""
    if element.__class__ is dict:
        latitude, longitude = _decimal(element.get("latitude")), _decimal(element.get("longitude"))
        if latitude is not None and longitude is not None:
            out.append(PositionValue(float(latitude), float(longitude)))


def canonical_number(number: NumberValue, code: str) -> tuple[NumberValue, str] | None:
    """A number of a unit of UCUM in canonical units; None where the unit has none. Open ends stay open."""
    value = canonical(number.value, code)
    if value is None:
        return None
    low = _bound(number.low, number.value, value[0], code)
    high = _bound(number.high, number.value, value[0], code)
    return NumberValue(value[0], min(low, high), max(low, high)), value[1]


def _bound(bound: Decimal, value: Decimal, converted: Decimal, code: str) -> Decimal:
    if bound == value:
        return converted
    if bound in (LEAST, GREATEST):
        return bound
    found = canonical(bound, code)
    return found[0] if found is not None else converted


def _range(element: Any) -> NumberValue | None:
    if element.__class__ is not dict:
        return None
    low, high = element.get("low"), element.get("high")
    least = _decimal(low.get("value")) if low.__class__ is dict else None
    greatest = _decimal(high.get("value")) if high.__class__ is dict else None
    value = least if least is not None else greatest
    if value is None:
        return None
    return NumberValue(value, LEAST if least is None else least, GREATEST if greatest is None else greatest)


def _with_unit(number: NumberValue, unit: dict[str, Any]) -> QuantityValue:
    system, code = _text(unit.get("system")), _text(unit.get("code"))
    found = canonical_number(number, code) if system == UCUM and code else None
    if found is None:
        return QuantityValue(number, system, code, _text(unit.get("unit")))
    return QuantityValue(number, system, code, _text(unit.get("unit")), *found)


def _decimal(element: Any) -> Decimal | None:
    if element.__class__ is Decimal:
        return element if element.is_finite() else None
    return Decimal(element) if element.__class__ is int else None


def _written(text: str) -> Decimal | None:
    """A number among the data; E, U and L stand for none."""
    return None if text in ("E", "U", "L") or text.strip("+-.0123456789eE") != "" else _parsed(text)


def _parsed(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except ArithmeticError:
        return None


def _text(element: Any) -> str:
    return element if element.__class__ is str else ""
