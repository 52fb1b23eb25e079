"""Order and paging: sort keys as MongoDB sorts, and what comes after a position (https://hl7.org/fhir/R4/search.html#sort).

Without sort keys, or by `_id` and `_lastUpdated` alone, fields are sorted as they are; values of parameters are made
into a rank, which puts those without any last, and the value itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fhir_kernel.store.criteria import Position, SortKey
from fhir_kernel.store.mongo.entries import order_field
from fhir_kernel.store.mongo.filters import Filter, anywhere
from fhir_kernel.store.mongo.versions import name_of

_FIELDS = {"_id": "_id", "_lastUpdated": "u"}

Direction = tuple[str, int]


def is_plain(sort: Sequence[SortKey]) -> bool:
    """Whether documents can be sorted as they are."""
    return all(key.parameter in _FIELDS for key in sort)


def directions(sort: Sequence[SortKey]) -> list[Direction]:
    """Fields with 1 for ascending and -1 for descending, each field once."""
    found: dict[str, int] = {}
    for number, key in enumerate(sort):
        field = _FIELDS.get(key.parameter)
        if field is None:
            found[f"rank{number}"] = 1
        found.setdefault(field or f"value{number}", -1 if key.descending else 1)
    found.setdefault("_id", 1)
    return list(found.items())


def computed(resource_type: str, sort: Sequence[SortKey]) -> list[dict[str, Any]]:
    """The stages of an aggregation that make the fields to sort by."""
    values: dict[str, Any] = {"u": 1}
    ranks: dict[str, Any] = {}
    for number, key in enumerate(sort):
        if key.parameter not in _FIELDS:
            pick = "$max" if key.descending else "$min"
            values[f"value{number}"] = {pick: f"$o.{order_field(resource_type, key.parameter)}"}
            ranks[f"rank{number}"] = _rank(f"$value{number}", key.descending)
    return [{"$project": values}, {"$addFields": ranks}]


def values_of(row: dict[str, Any], sort: Sequence[SortKey]) -> tuple[str | int | float | None, ...]:
    """What a row was sorted by."""
    return tuple(
        row["_id"].partition("/")[2]
        if key.parameter == "_id"
        else row.get(_FIELDS.get(key.parameter, f"value{number}"))
        for number, key in enumerate(sort)
    )


def following(resource_type: str, position: Position, sort: Sequence[SortKey]) -> Filter:
    """What comes after a position among the resources of a type, which need not be that of the position."""
    wanted = _wanted(resource_type, position, sort)
    # Of two types with one id, sorted by `_id`, the greater type comes after.
    or_equal = "e" if resource_type > position.key.type and any(key.parameter == "_id" for key in sort) else ""
    equal: Filter = {}
    found: list[Filter] = []
    for field, direction in directions(sort):
        beyond = ("$gt" if direction > 0 else "$lt") + (or_equal if field == "_id" else "")
        if wanted[field] is not None:
            found.append({**equal, field: {beyond: wanted[field]}})
        equal[field] = wanted[field]
    return anywhere(found)


def _wanted(resource_type: str, position: Position, sort: Sequence[SortKey]) -> dict[str, Any]:
    wanted: dict[str, Any] = {"_id": name_of(position.key)}
    for number, (key, value) in enumerate(zip(sort, position.values, strict=True)):
        if key.parameter == "_id":
            wanted["_id"] = f"{resource_type}/{value}"
        elif key.parameter == "_lastUpdated":
            wanted["u"] = value
        else:
            wanted[f"rank{number}"] = _rank_of(value, key.descending)
            wanted[f"value{number}"] = value
    return wanted


def _rank(value: str, descending: bool) -> dict[str, Any]:
    text, number = (0, 1) if descending else (1, 0)
    by_type = {"$cond": [{"$eq": [{"$type": value}, "string"]}, text, number]}
    return {"$cond": [{"$eq": [value, None]}, 2, by_type]}


def _rank_of(value: str | int | float | None, descending: bool) -> int:
    if value is None:
        return 2
    return int(isinstance(value, str) != descending)
