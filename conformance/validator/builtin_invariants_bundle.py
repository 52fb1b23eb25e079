"""The invariants of Bundle as Python, each in time linear in the entries (https://hl7.org/fhir/R4/bundle.html#invs)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

Value: TypeAlias = dict[str, Any]
_REQUESTS = ("batch", "transaction", "history")
_RESPONSES = ("batch-response", "transaction-response", "history")


def bdl_1(value: Value) -> bool:
    """A total only in search sets and histories."""
    return ("total" not in value and "_total" not in value) or value.get("type") in ("searchset", "history")


def bdl_2(value: Value) -> bool:
    """entry.search only in search sets."""
    return value.get("type") == "searchset" or not any("search" in entry for entry in _entries(value))


def bdl_3(value: Value) -> bool:
    """entry.request in batches, transactions and histories, and only there."""
    expected = value.get("type") in _REQUESTS
    return all(("request" in entry) is expected for entry in _entries(value))


def bdl_4(value: Value) -> bool:
    """entry.response in responses and histories, and only there."""
    expected = value.get("type") in _RESPONSES
    return all(("response" in entry) is expected for entry in _entries(value))


def bdl_5(value: Value) -> bool:
    """An entry has a resource, a request or a response."""
    return "resource" in value or "request" in value or "response" in value


def bdl_7(value: Value) -> bool:
    """No two entries with the same fullUrl and meta.versionId, save in histories."""
    if value.get("type") == "history":
        return True
    seen: set[str] = set()
    for entry in _entries(value):
        full_url = entry.get("fullUrl")
        if isinstance(full_url, str):
            identity = full_url + _version(entry)
            if identity in seen:
                return False
            seen.add(identity)
    return True


def bdl_8(value: Value) -> bool:
    """A fullUrl names no version."""
    full_url = value.get("fullUrl")
    return not isinstance(full_url, str) or "/_history/" not in full_url


def bdl_9(value: Value) -> bool:
    """A document has an identifier with system and value."""
    identifier = value.get("identifier")
    if value.get("type") != "document":
        return True
    return isinstance(identifier, dict) and all(n in identifier or f"_{n}" in identifier for n in ("system", "value"))


def bdl_10(value: Value) -> bool:
    """A document has a date."""
    return value.get("type") != "document" or value.get("timestamp") is not None


def bdl_11(value: Value) -> bool:
    """The first resource of a document is a Composition."""
    return value.get("type") != "document" or _first_type(value) == "Composition"


def bdl_12(value: Value) -> bool:
    """The first resource of a message is a MessageHeader."""
    return value.get("type") != "message" or _first_type(value) == "MessageHeader"


BUNDLE_BUILTINS: Mapping[str, Callable[[Value], bool]] = MappingProxyType(
    {
        "bdl-1": bdl_1,
        "bdl-2": bdl_2,
        "bdl-3": bdl_3,
        "bdl-4": bdl_4,
        "bdl-5": bdl_5,
        "bdl-7": bdl_7,
        "bdl-8": bdl_8,
        "bdl-9": bdl_9,
        "bdl-10": bdl_10,
        "bdl-11": bdl_11,
        "bdl-12": bdl_12,
    }
)
"""By constraint key: bdl-5 and bdl-8 take an entry, the others the Bundle."""


def _entries(value: Value) -> list[Value]:
    entries = value.get("entry")
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _version(entry: Value) -> str:
    resource = entry.get("resource")
    meta = resource.get("meta") if isinstance(resource, dict) else None
    version = meta.get("versionId") if isinstance(meta, dict) else None
    return version if isinstance(version, str) else ""


def _first_type(value: Value) -> Any:
    entries = _entries(value)
    resource = entries[0].get("resource") if entries else None
    return resource.get("resourceType") if isinstance(resource, dict) else None
