"""What FHIRPath expressions work on (https://hl7.org/fhirpath/N1/index.html#literals): items of collections.

An item is a FHIR element (`Node`) or a System value: `bool`, `int`, `decimal.Decimal`, `str`, `Date`, `DateTime`,
`Time`, `Quantity` or, from `type()`, a `TypeInfo`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from fhir_kernel.fhirpath.temporal import Date, DateTime, Temporal, Time

Item: TypeAlias = Any
Items: TypeAlias = list[Item]


class Node:
    """A FHIR element: its JSON value, its type (a key of `Model.types`) and, for a primitive, its `_name` sibling."""

    __slots__ = ("sibling", "type", "value")

    def __init__(self, value: Any, type_name: str, sibling: Any = None) -> None:
        self.value = value
        self.type = type_name
        self.sibling = sibling

    def __repr__(self) -> str:
        return f"Node({self.type}, {self.value!r})"


def node(value: Any, type_name: str, sibling: Any = None) -> Node:
    """A FHIR value to start at; `sibling` is the object under `_name` that holds a primitive's id and extensions."""
    return Node(value, type_name, sibling)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit: a UCUM code, or a calendar duration such as `month` if `is_calendar`."""

    value: Decimal
    unit: str
    is_calendar: bool = False

    def __str__(self) -> str:
        return f"{number_text(self.value)} {self.unit if self.is_calendar else quoted(self.unit)}"


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """What `type()` returns."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}.{self.name}"


def system_type(item: Item) -> str:
    """The name of a System value's type, such as `Integer`."""
    return _SYSTEM_TYPES.get(type(item), "Any")


def number_text(value: Decimal) -> str:
    """All digits of a decimal, never with an exponent."""
    return format(value, "f")


def literal_text(item: Item) -> str:
    """A System value as FHIRPath writes it in an expression."""
    if isinstance(item, str):
        return quoted(item)
    if isinstance(item, Time):
        return f"@T{item}"
    if isinstance(item, DateTime):
        return f"@{item}" if "T" in str(item) else f"@{item}T"
    if isinstance(item, Date):
        return f"@{item}"
    return value_text(item)


def value_text(item: Item) -> str:
    """A System value as `toString()` writes it."""
    if isinstance(item, bool):
        return "true" if item else "false"
    return number_text(item) if isinstance(item, Decimal) else str(item)


def quoted(text: str, quote: str = "'") -> str:
    """`text` between quotes, escaped as https://hl7.org/fhirpath/N1/index.html#string asks."""
    escaped = "".join(_ESCAPES.get(c, c) for c in text.replace("\\", "\\\\").replace(quote, "\\" + quote))
    return f"{quote}{escaped}{quote}"


CALENDAR_UNITS = {
    **{name: name for name in ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")},
    **{f"{name}s": name for name in ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")},
}
"""Calendar durations and their plurals to their singular."""

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f"}
_SYSTEM_TYPES: dict[type, str] = {
    bool: "Boolean",
    int: "Integer",
    Decimal: "Decimal",
    str: "String",
    Date: "Date",
    DateTime: "DateTime",
    Time: "Time",
    Quantity: "Quantity",
    TypeInfo: "TypeInfo",
}

__all__ = [
    "CALENDAR_UNITS",
    "Date",
    "DateTime",
    "Item",
    "Items",
    "Node",
    "Quantity",
    "Temporal",
    "Time",
    "TypeInfo",
    "literal_text",
    "node",
    "number_text",
    "quoted",
    "system_type",
    "value_text",
]
