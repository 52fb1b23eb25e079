"""The rows by which a resource is found, from its values. One function a kind of value; see schema.py for the tables.

Of a composite value with a token or a reference, only these
have rows to be found by, since they tell instances apart best; its other components are tested on what these find.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from fhir_kernel.errors import StoreError
from fhir_kernel.store.records import Key
from fhir_kernel.store.sqlite.encoding import number_key
from fhir_kernel.store.sqlite.hashes import canonical_hash, code_hashes, hash_of, shown_hash, unit_hash
from fhir_kernel.store.sqlite.names import NewNames
from fhir_kernel.store.sqlite.schema import PART_BITS
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

Rows = defaultdict[str, list[tuple[Any, ...]]]
"""What stands in the columns of each table."""

WIDE_DATE = 86_400_000_000
"""Microseconds; a date that takes longer, such as a month or a period, is found by its end too."""

NO_UNIT = 0


class Place(NamedTuple):
    """Where values are put: under a resource, or under one of its composite values."""

    resource_type: str
    res: int
    item: int
    is_sought: bool = True
    """Whether there are rows to find numbers, dates and texts by, or only to test them."""


def rows_of(resource_type: str, res: int, values: Mapping[str, Sequence[Value]], names: NewNames) -> Rows:
    """Every row of a resource, some perhaps twice. Raises StoreError if there are too many composite values."""
    place = Place(resource_type, res, res << PART_BITS)
    rows: Rows = defaultdict(list)
    part = 0
    for code, each in values.items():
        for value in each:
            if isinstance(value, CompositeValue):
                part += 1
                _composite(value, code, place, part, names, rows)
            else:
                _add(value, code, place, names, rows)
    if part >= 1 << PART_BITS:
        raise StoreError(f"{resource_type}: {part} composite values to be found by, at most {(1 << PART_BITS) - 1}")
    return rows


def marks_of(resource_type: str, values: Mapping[str, Sequence[Value]], names: NewNames) -> str:
    """The marks of the parameters that have values."""
    kinds = {(code, type(value)) for code, each in values.items() for value in each}
    return "".join(sorted([names.parameter_of(resource_type, code, KINDS[cls]).mark for code, cls in kinds]))


def _add(value: Value, code: str, place: Place, names: NewNames, rows: Rows) -> None:
    kind, add = _ADD[type(value)]
    add(value, code, names.parameter_of(place.resource_type, code, kind).sp, place, names, rows)


def _token(value: TokenValue, _: str, sp: int, place: Place, names: NewNames, rows: Rows) -> None:
    system = names.system_number(value.system)
    rows["token"].extend([(sp, each, system, place.res) for each in code_hashes(value)])
    if value.text:
        note = (sp, value.text, shown_hash(value), system)
        if names.is_new(note):
            rows["shown"].append(note)


def _reference(value: ReferenceValue, code: str, sp: int, place: Place, names: NewNames, rows: Rows) -> None:
    exact = rows["exact"]
    if value.id:
        target = names.resource_number(Key(value.type, value.id))
        rows["reference"].append((sp, target, place.res))
        rows["own"].append((place.item, sp, target, 0))
        if value.version:
            exact.append((sp, hash_of("v", value.type, value.id, value.version), place.res))
    if value.url:
        exact.append((sp, hash_of("u", value.url), place.res))
        if value.version:
            exact.append((sp, hash_of("u", value.url, value.version), place.res))
    if value.identifier is not None:
        identifier = names.parameter_of(place.resource_type, code, IDENTIFIER).sp
        _token(replace(value.identifier, text=""), code, identifier, place, names, rows)


def _string(value: StringValue, _: str, sp: int, place: Place, __: NewNames, rows: Rows) -> None:
    _text(value.folded, sp, place, rows)
    rows["exact"].append((sp, hash_of("e", value.exact), place.res))


def _uri(value: UriValue, _: str, sp: int, place: Place, __: NewNames, rows: Rows) -> None:
    _text(value.uri, sp, place, rows)


def _text(text: str, sp: int, place: Place, rows: Rows) -> None:
    rows["own"].append((place.item, sp, text, ""))
    if place.is_sought:
        rows["string"].append((sp, text, place.res))
        rows["phrase"].append((text,))


def _date(value: DateValue, _: str, sp: int, place: Place, __: NewNames, rows: Rows) -> None:
    rows["own"].append((place.item, sp, value.low, value.high))
    if place.is_sought:
        rows["span"].append((sp, NO_UNIT, value.low, place.res))
        if value.high - value.low > WIDE_DATE:
            rows["wide"].append((sp, NO_UNIT, value.high, place.res))


def _number(value: NumberValue, _: str, sp: int, place: Place, __: NewNames, rows: Rows) -> None:
    low, high, order = number_key(value.low), number_key(value.high), float(value.value)
    rows["amount"].append((place.item, sp, low, high, 0, 0, 0, 0, "", "", order))
    _span(sp, NO_UNIT, value, place, rows)


def _quantity(value: QuantityValue, _: str, sp: int, place: Place, names: NewNames, rows: Rows) -> None:
    number, canonical = value.number, value.canonical
    code, unit = unit_hash(value.code), unit_hash(value.unit)
    ends: tuple[Any, ...] = (0, "", "")
    if canonical is not None:
        ends = (canonical_hash(value.canonical_code), number_key(canonical.low), number_key(canonical.high))
        _span(sp, ends[0], canonical, place, rows)
    low, high, order = number_key(number.low), number_key(number.high), float((canonical or number).value)
    rows["amount"].append((place.item, sp, low, high, unit_hash(value.system), code, unit, *ends, order))
    _span(sp, code if value.code else unit, number, place, rows)
    if value.code and value.unit and unit != code and names.is_new((sp, unit, code)):
        rows["called"].append((sp, unit, code))


def _span(sp: int, unit: int, number: NumberValue, place: Place, rows: Rows) -> None:
    if place.is_sought:
        rows["span"].append((sp, unit, number_key(number.low), place.res))
        if is_wide(number):
            rows["wide"].append((sp, unit, number_key(number.high), place.res))


def is_wide(number: NumberValue) -> bool:
    """A number that may end far from where it begins, such as one with a comparator, is found by its end too."""
    low, high = number.low, number.high
    return low.is_infinite() or high.is_infinite() or high - low > max(Decimal(4), abs(low)) / 4


def least_low(high: Decimal) -> Decimal:
    """Where numbers that are not wide begin at least, if they end at `high`."""
    if high >= 5:
        return high * 4 / 5
    return high - 1 if high > -3 else high * 4 / 3


def _place(value: PositionValue, _: str, sp: int, place: Place, __: NewNames, rows: Rows) -> None:
    rows["own"].append((place.item, sp, value.latitude, value.longitude))
    if place.is_sought:
        rows["place"].append((sp, value.latitude, value.longitude, place.res))


def _passage(value: TextValue, _: str, sp: int, place: Place, __: NewNames, rows: Rows) -> None:
    rows["passage"].append((place.res, sp, value.folded))


def _composite(value: CompositeValue, code: str, place: Place, part: int, names: NewNames, rows: Rows) -> None:
    item = place.item | part
    told_apart = any(isinstance(each, (TokenValue, ReferenceValue)) for found in value.components for each in found)
    inner = Place(place.resource_type, item, item, not told_apart)
    rows["own"].append((item, names.parameter_of(place.resource_type, code, KINDS[CompositeValue]).sp, 0, 0))
    for index, component in enumerate(value.components):
        for each in component:
            _add(each, component_code(code, index), inner, names, rows)


def component_code(code: str, index: int) -> str:
    """What a component of a composite parameter is called; no search parameter has such a code."""
    return f"{code}${index}"


_ADD: Mapping[type, tuple[str, Callable[[Any, str, int, Place, NewNames, Rows], None]]] = {
    TokenValue: ("t", _token),
    ReferenceValue: ("r", _reference),
    StringValue: ("s", _string),
    UriValue: ("u", _uri),
    DateValue: ("d", _date),
    NumberValue: ("n", _number),
    QuantityValue: ("q", _quantity),
    PositionValue: ("p", _place),
    TextValue: ("x", _passage),
}

KINDS: Mapping[type, str] = {CompositeValue: "c", **{cls: kind for cls, (kind, _) in _ADD.items()}}
"""The kind of each class of values, as in `parameter.kind`."""

IDENTIFIER = "I"
"""The kind of the identifiers in references."""
