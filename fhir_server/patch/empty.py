"""What is left when parts were taken out: FHIR has no empty objects and arrays (https://hl7.org/fhir/R4/json.html)."""

from __future__ import annotations

from typing import Any

from fhir_kernel.resource import Resource


def without_empty(resource: Resource) -> Resource:
    """The resource without objects and arrays that hold nothing, and without what holds nothing but such."""
    return {key: kept for key, value in resource.items() if (kept := _kept(key, value)) is not None}


def _kept(key: str, value: Any) -> Any:
    """What is left of the value of a property, None where that is nothing."""
    if isinstance(value, dict):
        return without_empty(value) or None
    if isinstance(value, list):
        items = [_kept("", each) for each in value]
        if not key.startswith("_"):
            # A null holds the place of a primitive that has extensions only; an object that was emptied holds none.
            items = [each for each, was in zip(items, value, strict=True) if each is not None or was is None]
        return items if any(each is not None for each in items) else None
    return value
