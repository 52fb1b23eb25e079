"""How values are written: numbers as texts that sort like numbers, and the entries of a resource.

The entries are everything that a resource was given to be found by. They are kept beside it, so that an update knows
which rows to take away.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

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

Entries = Mapping[str, Sequence[list[Any]]]
"""Values by the code of their parameter, each as a list that begins with its kind."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def instant(microseconds: int) -> datetime:
    """The moment so long after 1970, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


_COMPLEMENT = str.maketrans("0123456789", "9876543210")
_MOST = 4999


@lru_cache(maxsize=65_536)
def number_key(number: Decimal) -> str:
    """A text that compares with other such texts as the number does with other numbers, to the last digit."""
    if number.is_infinite():
        return "~" if number > 0 else "!"
    sign, digits, _ = number.as_tuple()
    if not number:
        return "N"
    power = max(-_MOST, min(_MOST, number.adjusted())) + _MOST + 1
    text = f"{power:04d}" + "".join(map(str, digits)).rstrip("0")
    return f"M{text.translate(_COMPLEMENT)}~" if sign else f"P{text}"


def pack(values: Mapping[str, Sequence[Value]]) -> bytes:
    """The entries of a resource as bytes."""
    entries = {code: [_encode(each) for each in found] for code, found in values.items() if found}
    return zlib.compress(orjson.dumps(entries), 1)


def unpack(entries: bytes, codes: Iterable[str] | None = None) -> dict[str, list[Value]]:
    """The values of entries; only those of `codes` where they are given."""
    found: dict[str, Any] = orjson.loads(zlib.decompress(entries))
    wanted = found if codes is None else [code for code in codes if code in found]
    return {code: [_decode(each) for each in found[code]] for code in wanted}


def _encode(value: Value) -> list[Any]:
    return _ENCODERS[type(value)](value)


def _encode_reference(value: ReferenceValue) -> list[Any]:
    identifier = value.identifier
    kept = None if identifier is None else _encode(identifier)
    return ["r", value.type, value.id, value.url, value.version, kept]


def _encode_quantity(value: QuantityValue) -> list[Any]:
    canonical = None if value.canonical is None else _numbers(value.canonical)
    return ["q", _numbers(value.number), value.system, value.code, value.unit, canonical, value.canonical_code]


def _encode_composite(value: CompositeValue) -> list[Any]:
    return ["c", *[[_encode(each) for each in part] for part in value.components]]


def _numbers(number: NumberValue) -> list[str]:
    return [str(number.value), str(number.low), str(number.high)]


_ENCODERS: Mapping[type, Callable[[Any], list[Any]]] = {
    TokenValue: lambda value: ["t", value.system, value.code, value.text, value.type],
    ReferenceValue: _encode_reference,
    StringValue: lambda value: ["s", value.folded, value.exact],
    UriValue: lambda value: ["u", value.uri],
    DateValue: lambda value: ["d", value.low, value.high],
    NumberValue: lambda value: ["n", *_numbers(value)],
    QuantityValue: _encode_quantity,
    CompositeValue: _encode_composite,
    PositionValue: lambda value: ["p", value.latitude, value.longitude],
    TextValue: lambda value: ["x", value.folded],
}


def _decode(entry: list[Any]) -> Value:
    return _DECODERS[entry[0]](*entry[1:])


def _number(value: str, low: str, high: str) -> NumberValue:
    return NumberValue(Decimal(value), Decimal(low), Decimal(high))


def _reference(type_: str, id_: str, url: str, version: str, identifier: list[Any] | None) -> ReferenceValue:
    token = None if identifier is None else TokenValue(*identifier[1:])
    return ReferenceValue(type_, id_, url, version, token)


def _quantity(
    number: list[str], system: str, code: str, unit: str, canonical: list[str] | None, canonical_code: str
) -> QuantityValue:
    canon = None if canonical is None else _number(*canonical)
    return QuantityValue(_number(*number), system, code, unit, canon, canonical_code)


def _composite(*components: list[list[Any]]) -> CompositeValue:
    return CompositeValue(tuple(tuple(_decode(each) for each in part) for part in components))


_DECODERS: Mapping[str, Callable[..., Value]] = {
    "t": TokenValue,
    "r": _reference,
    "s": StringValue,
    "u": UriValue,
    "d": DateValue,
    "n": _number,
    "q": _quantity,
    "c": _composite,
    "p": PositionValue,
    "x": TextValue,
}
