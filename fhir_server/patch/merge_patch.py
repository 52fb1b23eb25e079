"""JSON Merge Patch: what is sent replaces what is there, null removes it (RFC 7396)."""

from __future__ import annotations

from typing import Any

from fhir_kernel.resource import Resource
from fhir_server.patch.refusal import kind, malformed


def apply_merge_patch(resource: Resource, patch: Any) -> Resource:
    """The resource with the patch merged into it. Raises RequestRefused where the patch is no object."""
    if not isinstance(patch, dict):
        raise malformed("The merge patch", f"it is {kind(patch)}; expected an object")
    return _merged(resource, patch)


def _merged(target: Any, patch: dict[str, Any]) -> Resource:
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            merged[key] = _merged(merged.get(key), value)
        else:
            merged[key] = value
    return merged
