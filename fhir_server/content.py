"""What of a resource is the client's and what is the server's (https://hl7.org/fhir/R4/resource.html#Meta).

The server decides `id` at creation, `meta.versionId` and `meta.lastUpdated` always; everything else is kept as sent.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from fhir_kernel.codec.json_codec import parse_json, write_json
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Key
from fhir_server.outcomes import refused

_ID = re.compile(r"[A-Za-z0-9.-]{1,64}\Z", re.ASCII)
_OURS = ("versionId", "lastUpdated")
_HEAD = ("resourceType", "id", "meta")


def content_of(resource: Resource, key: Key) -> Resource:
    """The resource under its key, without what the server says of versions.

    Raises RequestRefused (400) where it is of another type, or its meta is no object.
    """
    kind = resource.get("resourceType")
    if kind != key.type:
        found = f"a {kind}" if isinstance(kind, str) else "without resourceType"
        raise refused("invalid", f"The body is {found}; expected a {key.type}", expression="resourceType")
    meta = resource.get("meta", {})
    if not isinstance(meta, dict):
        raise refused("structure", f"{kind}.meta is not an object", expression=f"{kind}.meta")
    rest = {name: value for name, value in resource.items() if name not in _HEAD}
    kept = {name: value for name, value in meta.items() if name.removeprefix("_") not in _OURS}
    return {"resourceType": kind, "id": key.id, **({"meta": kept} if kept else {}), **rest}


def stamped(content: Resource, number: int, updated: datetime) -> bytes:
    """The bytes of a version, as they are stored and served."""
    ours = {"versionId": str(number), "lastUpdated": instant(updated)}
    head = {"resourceType": content["resourceType"], "id": content["id"], "meta": {**ours, **content.get("meta", {})}}
    return write_json({**head, **content, "meta": head["meta"]})


def instant(when: datetime) -> str:
    """As FHIR writes an instant, in UTC, to the millisecond."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_same(content: Resource, body: bytes) -> bool:
    """Whether a stored body says what `content` does, whatever the order of its keys; decimals to the digit."""
    stored = parse_json(body)
    meta = {name: value for name, value in stored.get("meta", {}).items() if name not in _OURS}
    kept = {name: value for name, value in stored.items() if name != "meta"}
    return _equal(content, {**kept, "meta": meta} if meta else kept)


def check_id(resource_id: Any, where: str) -> None:
    """Raises RequestRefused (400) where it is no id (https://hl7.org/fhir/R4/datatypes.html#id)."""
    if not isinstance(resource_id, str) or not _ID.match(resource_id):
        text = f"{where} is {_short(resource_id)}; expected 1 to 64 of the characters A-Z, a-z, 0-9, '-' and '.'"
        raise refused("value", text, expression=where)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _equal(left: Any, right: Any) -> bool:
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_equal(value, right[name]) for name, value in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    return str(left) == str(right) if isinstance(left, Decimal) else bool(left == right)
