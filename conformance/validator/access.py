"""Reading JSON that may not have the shape that its type asks for: what does not fit is passed over."""

from __future__ import annotations

from typing import Any

from fhir_kernel.resource import Resource


def rows_of(value: Any, name: str) -> list[tuple[int, Resource]]:
    """The objects of the list `name`, with their positions."""
    rows = value.get(name) if isinstance(value, dict) else None
    if not isinstance(rows, list):
        return []
    return [(at, row) for at, row in enumerate(rows) if isinstance(row, dict)]


def object_of(value: Any, name: str) -> Resource:
    """The object `name`; empty where there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def text_of(value: Any, name: str) -> str | None:
    """The string `name`."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def type_of(resource: Any) -> str:
    """`resourceType`; empty where there is none."""
    return text_of(resource, "resourceType") or ""
