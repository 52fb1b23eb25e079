"""From the values of a resource to what its document is found by; `filters` asks what is written here.

Fields: `x` keys compared by equality; `y` numbers of the parameters that have any value, in no index; `d` intervals of
time, `q` of numbers, `g` folded texts, each with the number of its parameter; `c` instances of composites with the same
fields inside; `l` places; `w` long texts; `r` references for joins; `o` the least and the greatest value of each
parameter, to sort by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import Any

from bson import Decimal128

from fhir_kernel.store.evaluate import SortValue, order_of
from fhir_kernel.store.mongo import keys
from fhir_kernel.store.values import (
    CompositeValue,
    DateValue,
    NumberValue,
    PositionValue,
    QuantityValue,
    ReferenceValue,
    StringValue,
    TextValue,
    TokenValue,
    UriValue,
    Value,
)

FIELDS = ("x", "y", "d", "q", "g", "c", "l", "w", "r", "o")

_DECIMAL128 = Context(prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, clamp=1, traps=[])


@dataclass(frozen=True, slots=True)
class Coded:
    """A code that stands in a resource, for the list of all codes of a parameter."""

    key: int
    parameter: int
    system: str
    code: str


@dataclass(slots=True)
class Entries:
    """What is collected while the values of one resource, or of one instance of a composite, are gone through."""

    resource_type: str
    keys: set[int] = field(default_factory=set)
    lists: dict[str, list[Any]] = field(default_factory=dict)
    order: dict[str, Any] = field(default_factory=dict)
    coded: list[Coded] = field(default_factory=list)

    def add(self, parameter: str, values: Iterable[Value]) -> None:
        for value in values:
            _WRITERS[type(value)](self, parameter, value)

    def put(self, name: str, entry: Any) -> None:
        self.lists.setdefault(name, []).append(entry)

    def fields(self) -> dict[str, Any]:
        return {"x": list(self.keys), **self.lists, **({"o": self.order} if self.order else {})}


def entries(resource_type: str, values: Mapping[str, Sequence[Value]]) -> Entries:
    """Everything by which a current resource is found."""
    found = Entries(resource_type)
    found.keys.add(keys.type_key(resource_type))
    for parameter, each in values.items():
        if each:
            found.put("y", keys.parameter_number(resource_type, parameter))
            found.add(parameter, each)
            _order(found, parameter, each)
    return found


def order_field(resource_type: str, parameter: str) -> str:
    """The name within `o` of what a parameter is sorted by."""
    return format(keys.parameter_number(resource_type, parameter), "x")


@lru_cache(maxsize=65_536)
def exact(number: Decimal) -> Decimal128:
    """A decimal as MongoDB compares it, rounded to its 34 digits; equal ones may come with other digits."""
    return Decimal128(_DECIMAL128.create_decimal(number))


def text_parameter(resource_type: str, parameter: str) -> int:
    """The number under which the texts of tokens are kept."""
    return keys.parameter_number(resource_type, f"{parameter}:text")


def uri_parameter(resource_type: str, parameter: str) -> int:
    """The number under which URIs are kept."""
    return keys.parameter_number(resource_type, f"{parameter}:uri")


def canonical_parameter(resource_type: str, parameter: str, code: str) -> int:
    """The number under which quantities in a canonical unit are kept."""
    return keys.parameter_number(resource_type, f"{parameter}:canonical:{code}")


def component(parameter: str, place: int) -> str:
    """The name of a component of a composite parameter."""
    return f"{parameter}${place}"


def _order(found: Entries, parameter: str, values: Sequence[Value]) -> None:
    ordered = [each for value in values if (each := order_of(value)) is not None]
    if ordered:
        least, greatest = min(ordered, key=_rank), max(ordered, key=_rank)
        name = order_field(found.resource_type, parameter)
        found.order[name] = least if least == greatest else [least, greatest]


def _rank(value: SortValue) -> tuple[bool, Any]:
    return isinstance(value, str), value


def _token(found: Entries, parameter: str, value: TokenValue) -> None:
    made = keys.token_keys(found.resource_type, parameter, value)
    found.keys.update(made)
    if value.code:
        number = keys.parameter_number(found.resource_type, parameter)
        found.coded.append(Coded(made[0], number, value.system, value.code))
    if value.text:
        found.put("g", {"p": text_parameter(found.resource_type, parameter), "f": value.text})


def _reference(found: Entries, parameter: str, value: ReferenceValue) -> None:
    found.keys.update(keys.reference_keys(found.resource_type, parameter, value))
    if value.id:
        found.put("r", f"{parameter} {value.type}/{value.id}")


def _string(found: Entries, parameter: str, value: StringValue) -> None:
    found.keys.add(keys.key(found.resource_type, parameter, "exact", value.exact))
    found.put("g", {"p": keys.parameter_number(found.resource_type, parameter), "f": value.folded})


def _uri(found: Entries, parameter: str, value: UriValue) -> None:
    found.keys.add(keys.key(found.resource_type, parameter, "uri", value.uri))
    found.put("g", {"p": uri_parameter(found.resource_type, parameter), "f": value.uri})


def _date(found: Entries, parameter: str, value: DateValue) -> None:
    number = keys.parameter_number(found.resource_type, parameter)
    found.put("d", {"p": number, "lo": value.low, "hi": value.high})


def _number(found: Entries, parameter: str, value: NumberValue) -> None:
    number = keys.parameter_number(found.resource_type, parameter)
    found.put("q", {"p": number, "lo": exact(value.low), "hi": exact(value.high)})


def _quantity(found: Entries, parameter: str, value: QuantityValue) -> None:
    written = {
        "p": keys.parameter_number(found.resource_type, f"{parameter}:quantity"),
        "lo": exact(value.number.low),
        "hi": exact(value.number.high),
        "s": value.system,
        "c": value.code,
        "u": value.unit,
    }
    if value.canonical is not None:
        written["k"] = value.canonical_code
        number = canonical_parameter(found.resource_type, parameter, value.canonical_code)
        found.put("q", {"p": number, "lo": exact(value.canonical.low), "hi": exact(value.canonical.high)})
    found.put("q", written)


def _composite(found: Entries, parameter: str, value: CompositeValue) -> None:
    inside = Entries(found.resource_type)
    for place, values in enumerate(value.components):
        if values:
            inside.put("y", keys.parameter_number(found.resource_type, component(parameter, place)))
        inside.add(component(parameter, place), values)
    number = keys.parameter_number(found.resource_type, parameter)
    found.put("c", {"p": number, **{name: each for name, each in inside.fields().items() if each}})
    # By the first code of the instance the index narrows the search; the instance itself is compared afterwards.
    found.keys.update(
        each
        for first in value.components[:1]
        for token in first
        if isinstance(token, TokenValue)
        for each in (
            keys.token_key(found.resource_type, component(parameter, 0), token.system, token.code),
            keys.token_key(found.resource_type, component(parameter, 0), None, token.code),
        )
    )


def _place(found: Entries, parameter: str, value: PositionValue) -> None:
    number = keys.parameter_number(found.resource_type, parameter)
    found.put("l", {"p": number, "a": value.latitude, "o": value.longitude})


def _text(found: Entries, parameter: str, value: TextValue) -> None:
    found.put("w", {"p": keys.parameter_number(found.resource_type, parameter), "f": value.folded})


_WRITERS: Mapping[type, Callable[[Entries, str, Any], None]] = {
    TokenValue: _token,
    ReferenceValue: _reference,
    StringValue: _string,
    UriValue: _uri,
    DateValue: _date,
    NumberValue: _number,
    QuantityValue: _quantity,
    CompositeValue: _composite,
    PositionValue: _place,
    TextValue: _text,
}
