"""From FHIR elements to System values, and from collections to single values.

https://hl7.org/fhir/R4/fhirpath.html#types and https://hl7.org/fhirpath/N1/index.html#singleton-evaluation-of-collections.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath.temporal import parse_date, parse_datetime, parse_time
from fhir_kernel.fhirpath.values import Item, Items, Node, Quantity, system_type

UCUM = "http://unitsofmeasure.org"
_CALENDAR_BY_UCUM = {"a": "year", "mo": "month"}


def system_value(item: Item) -> Item:
    """The System value that an item is or converts to; None for a complex element or one without a value."""
    if item.__class__ is not Node:
        return item
    converter = _CONVERTERS.get(item.type, _as_it_is)
    return None if item.value is None else converter(item.value)


def single(items: Items, what: str = "the input") -> Item:
    """The only item, None if there is none. Raises FhirPathEvaluationError where there are several."""
    if not items:
        return None
    if len(items) > 1:
        raise FhirPathEvaluationError(f"{what} must be a single item, found {len(items)}")
    return items[0]


def single_value(items: Items, what: str = "the input") -> Item:
    """The only item as a System value, None if there is none or it has no value."""
    return system_value(single(items, what))


def truth(items: Items) -> bool | None:
    """The boolean that a collection is; one item that is no boolean counts as true."""
    if not items:
        return None
    if len(items) > 1:
        raise FhirPathEvaluationError(f"a single true or false is needed, found {len(items)} items")
    item = items[0]
    if item.__class__ is bool:
        return bool(item)
    if item.__class__ is Node and item.type == "boolean":
        return item.value if item.value.__class__ is bool else None
    return True


def exact_decimal(value: Any) -> Decimal | None:
    """A JSON number as a Decimal with the digits it was written with, or None if it is no number."""
    if isinstance(value, bool):
        return None
    try:
        found = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        return None
    return found if found.is_finite() else None


def type_of(item: Item) -> str:
    """A type's name for messages."""
    return item.type if isinstance(item, Node) else system_type(item)


def _as_it_is(value: Any) -> Item:
    return None if isinstance(value, dict | list) else value


def _decimal(value: Any) -> Item:
    return exact_decimal(value)


def _temporal(parse: Callable[[str], Item]) -> Callable[[Any], Item]:
    def convert(value: Any) -> Item:
        """Text that is no date stays text: it is reported elsewhere and must not stop an evaluation."""
        parsed = parse(value) if isinstance(value, str) else value
        return value if parsed is None else parsed

    return convert


def _quantity(value: Any) -> Item:
    """A FHIR Quantity without comparator; years and months become calendar durations, as FHIR says."""
    if not isinstance(value, dict) or "comparator" in value:
        return None
    number = exact_decimal(value.get("value"))
    if number is None:
        return None
    code, unit = value.get("code"), value.get("unit")
    if value.get("system") == UCUM and isinstance(code, str):
        calendar = _CALENDAR_BY_UCUM.get(code)
        return Quantity(number, calendar or code, calendar is not None)
    return Quantity(number, str(unit or code or "1"))


_CONVERTERS: dict[str, Callable[[Any], Item]] = {
    "decimal": _decimal,
    "date": _temporal(parse_date),
    "dateTime": _temporal(parse_datetime),
    "instant": _temporal(parse_datetime),
    "time": _temporal(parse_time),
    **dict.fromkeys(("Quantity", "Age", "Count", "Distance", "Duration", "SimpleQuantity"), _quantity),
    **dict.fromkeys(("Money", "MoneyQuantity"), _as_it_is),
}
