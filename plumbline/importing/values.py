"""The values by which a resource is found as plain tuples, which go from process to process in a tenth of the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

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

Encoded = tuple[Any, ...]
_REMEMBERED = 1 << 16


def encoded(value: Value) -> Encoded:
    """The value as a tuple that begins with the letter of its kind."""
    match value:
        case TokenValue(system, code, text, type_):
            return "t", system, code, text, type_
        case ReferenceValue(type_, id_, url, version, identifier):
            return "r", type_, id_, url, version, None if identifier is None else encoded(identifier)
        case StringValue(folded, exact):
            return "s", folded, exact
        case UriValue(uri):
            return "u", uri
        case DateValue(low, high):
            return "d", low, high
        case NumberValue(number, low, high):
            return "n", str(number), str(low), str(high)
        case QuantityValue(number, system, code, unit, canonical, canonical_code):
            canon = None if canonical is None else encoded(canonical)
            return "q", encoded(number), system, code, unit, canon, canonical_code
        case CompositeValue(components):
            return "c", tuple(tuple(map(encoded, part)) for part in components)
        case PositionValue(latitude, longitude):
            return "p", latitude, longitude
        case TextValue(folded):
            return "x", folded


def decoder() -> Callable[[Encoded], Value]:
    """What makes values of tuples again; it remembers many, because most come up again and again."""

    def decoded(entry: Encoded) -> Value:
        kind, *rest = entry
        if kind == "r" and rest[4] is not None:
            rest[4] = remembered(rest[4])
        elif kind == "n":
            rest = list(map(Decimal, rest))
        elif kind == "q":
            rest[0], rest[4] = remembered(rest[0]), None if rest[4] is None else remembered(rest[4])
        elif kind == "c":
            rest = [tuple(tuple(map(remembered, part)) for part in rest[0])]
        return _CLASSES[kind](*rest)

    remembered = lru_cache(_REMEMBERED)(decoded)
    return remembered


def encoded_values(values: Mapping[str, Sequence[Value]]) -> Mapping[str, Sequence[Encoded]]:
    """Every value, by parameter."""
    return {code: tuple(map(encoded, found)) for code, found in values.items() if found}


_CLASSES: Mapping[str, Callable[..., Value]] = {
    "t": TokenValue,
    "r": ReferenceValue,
    "s": StringValue,
    "u": UriValue,
    "d": DateValue,
    "n": NumberValue,
    "q": QuantityValue,
    "c": CompositeValue,
    "p": PositionValue,
    "x": TextValue,
}
