"""Conversion (https://hl7.org/fhirpath/N1/index.html#conversion).

`toX()` gives a value or empty, `convertsToX()` says which of the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from fhir_kernel.fhirpath.convert import single, truth
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.functions.signature import Function, Lambda, function, typed_value
from fhir_kernel.fhirpath.lexer import tokenize
from fhir_kernel.fhirpath.quantities import in_unit_of
from fhir_kernel.fhirpath.temporal import parse_date, parse_datetime, parse_time
from fhir_kernel.fhirpath.values import CALENDAR_UNITS, Date, DateTime, Item, Items, Quantity, Time, value_text

Conversion = Callable[[Item], Item]

_INTEGER = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?")
_QUANTITY = re.compile(r"([+-]?\d+(?:\.\d+)?)(?:\s*('(?:[^'\\]|\\.)*')|\s*([a-z]+))?")
_TRUE = frozenset({"true", "t", "yes", "y", "1", "1.0"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "0.0"})


def _iif(items: Items, env: Environment, criterion: Lambda, then: Lambda, otherwise: Lambda | None) -> Items:
    """One of two branches; the other is not run. The input, at most one item, is `$this` of all three."""
    item = single(items, "the input of iif()")
    chosen = then if truth(criterion(item, env)) else otherwise
    return [] if chosen is None else chosen(item, env)


def to_boolean(value: Item) -> Item:
    """`true`, `t`, `yes`, `y`, `1` and their opposites."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal):
        return bool(value) if value in (0, 1) else None
    if isinstance(value, str):
        text = value.lower()
        return True if text in _TRUE else False if text in _FALSE else None
    return None


def to_integer(value: Item) -> Item:
    """An integer, a boolean or their text."""
    if isinstance(value, int):
        return int(value)
    return int(value) if isinstance(value, str) and len(value) < 20 and _INTEGER.fullmatch(value) else None


def to_decimal(value: Item) -> Item:
    """A number, a boolean or their text."""
    if isinstance(value, int | Decimal):
        return Decimal(value)
    return Decimal(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else None


def to_quantity(value: Item) -> Item:
    """A number, a boolean, or text such as `4 days` and `4 'mg'`."""
    if isinstance(value, Quantity):
        return value
    if isinstance(value, int | Decimal):
        return Quantity(Decimal(value), "1")
    found = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    number, unit, calendar = str(found[1]), found[2], found[3]
    if calendar:
        return Quantity(Decimal(number), CALENDAR_UNITS[calendar], True) if calendar in CALENDAR_UNITS else None
    return Quantity(Decimal(number), str(tokenize(unit)[0].value) if unit else "1")


def to_string(value: Item) -> Item:
    """The text of any value."""
    return value_text(value)


def to_date(value: Item) -> Item:
    """A date, the date of a date and time, or text."""
    if isinstance(value, DateTime):
        return Date(value.parts[:3])
    return value if isinstance(value, Date) else _parsed(parse_date, value)


def to_datetime(value: Item) -> Item:
    """A date and time, a date or text."""
    if isinstance(value, Date):
        return DateTime(value.parts)
    return value if isinstance(value, DateTime) else _parsed(parse_datetime, value)


def to_time(value: Item) -> Item:
    """A time or text."""
    return value if isinstance(value, Time) else _parsed(parse_time, value)


def _parsed(parse: Conversion, value: Item) -> Item:
    return parse(value) if isinstance(value, str) else None


def _to(convert: Conversion) -> Callable[[Items, Environment], Items]:
    def run(items: Items, _env: Environment) -> Items:
        value = typed_value(items, "Any", "the input")
        result = None if value is None else convert(value)
        return [] if result is None else [result]

    return run


def _converts_to(convert: Conversion) -> Callable[[Items, Environment], Items]:
    def run(items: Items, _env: Environment) -> Items:
        value = typed_value(items, "Any", "the input")
        return [] if value is None else [convert(value) is not None]

    return run


def _to_quantity(items: Items, env: Environment, unit: Items | None) -> Items:
    found = _to(to_quantity)(items, env)
    if not unit or not found:
        return found
    wanted = typed_value(unit, "String", "the unit")
    target = Quantity(Decimal(1), str(CALENDAR_UNITS.get(wanted, wanted)), wanted in CALENDAR_UNITS)
    value = in_unit_of(found[0], target)
    return [] if value is None else [Quantity(value, target.unit, target.is_calendar)]


def _converts_to_quantity(items: Items, env: Environment, unit: Items | None) -> Items:
    return [bool(_to_quantity(items, env, unit))] if items else []


_CONVERSIONS: dict[str, Conversion] = {
    "Boolean": to_boolean,
    "Integer": to_integer,
    "Decimal": to_decimal,
    "String": to_string,
    "Date": to_date,
    "DateTime": to_datetime,
    "Time": to_time,
}

FUNCTIONS: dict[str, Function] = {
    "iif": function(_iif, "lambda lambda | lambda"),
    **{f"to{name}": function(_to(run), returns=f"System.{name}", single=True) for name, run in _CONVERSIONS.items()},
    **{
        f"convertsTo{name}": function(_converts_to(run), returns="System.Boolean", single=True)
        for name, run in _CONVERSIONS.items()
    },
    "toQuantity": function(_to_quantity, "| items", returns="System.Quantity", single=True),
    "convertsToQuantity": function(_converts_to_quantity, "| items", returns="System.Boolean", single=True),
}
