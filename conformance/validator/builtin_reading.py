"""Reading JSON in invariants that are written as Python (https://hl7.org/fhir/R4/json.html)."""

from __future__ import annotations

from typing import Any, TypeAlias

Value: TypeAlias = dict[str, Any]


def exists(value: Value, name: str) -> bool:
    """Whether a primitive is there, if only by its extensions."""
    return name in value or "_" + name in value


def has_choice(value: Value, name: str) -> bool:
    """Whether a choice element is there in any form."""
    names = " " + " ".join(value)
    return f" {name}" in names or f" _{name}" in names


def rows(value: Any, name: str) -> list[Value]:
    """The objects in the list `name`."""
    found = value.get(name) if isinstance(value, dict) else None
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def are_distinct(objects: list[Value], name: str) -> bool:
    """Whether no two have the same value; of those that have only an extension, no two the same extension."""
    if len(objects) < 2:
        return True
    values = [row.get(name) for row in objects]
    texts = [each for each in values if isinstance(each, str)]
    if len(set(texts)) < len(texts):
        return False
    if len(texts) == len(values):
        return True
    siblings = [row.get(f"_{name}") for row, value in zip(objects, values, strict=True) if value is None]
    found = [each for each in siblings if each is not None]
    return not any(each in found[:at] for at, each in enumerate(found))
