"""Versions and documents as they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fhir_kernel.codec.json_codec import parse_json, write_json
from fhir_kernel.store.mongo.entries import Entries
from fhir_kernel.store.mongo.layout import Fields
from fhir_kernel.store.records import Document, Key, Version
from fhir_kernel.store.values import ReferenceValue

VERSION_FIELDS = {"n": 1, "u": 1, "m": 1, "b": 1}
"""What is read of a resource to make a Version."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def name_of(key: Key) -> str:
    """`Type/id`: the name of a resource's document, which sorts as types and ids do."""
    return f"{key.type}/{key.id}"


def key_of(name: str) -> Key:
    """The other way round."""
    resource_type, _, resource_id = name.partition("/")
    return Key(resource_type, resource_id)


def microseconds(instant: datetime) -> int:
    """Since 1970."""
    return (instant - _EPOCH) // _MICROSECOND


def to_version(key: Key, fields: Fields) -> Version:
    """The version that a document of `resources` or `versions` holds."""
    return Version(key, fields["n"], _EPOCH + timedelta(microseconds=fields["u"]), fields["m"], fields["b"])


def current_fields(version: Version, place: int, home: str, since: int, entries: Entries | None) -> Fields:
    """The document of a current version; without entries, a deletion, it cannot be searched for.

    `since` is when it was made, or made again after a deletion.
    """
    return {
        "_id": name_of(version.key),
        "t": version.key.type,
        "h": home,
        "n": version.number,
        "s": place,
        "u": microseconds(version.updated),
        "e": since,
        "m": version.method,
        "b": version.body,
        **(entries.fields() if entries is not None else {}),
    }


def past_fields(version: Version, place: int, home: str) -> Fields:
    """The document of a version that another one has followed."""
    return {
        "_id": place,
        "k": name_of(version.key),
        "t": version.key.type,
        "h": home,
        "n": version.number,
        "u": microseconds(version.updated),
        "m": version.method,
        "b": version.body,
    }


def home_of(key: Key, values: Mapping[str, Any]) -> str:
    """With whom a resource lives when resources are spread over shards: its patient, or itself.

    See docs/adr/0011-shard-keys.md.
    """
    if key.type == "Patient":
        return name_of(key)
    for parameter in ("patient", "subject"):
        for value in values.get(parameter, ()):
            if isinstance(value, ReferenceValue) and value.type == "Patient" and value.id:
                return f"Patient/{value.id}"
    return name_of(key)


def pack(document: Document) -> bytes:
    """A document as JSON, so that names and numbers of any kind are kept as they are."""
    return write_json(dict(document))


def unpack(data: bytes) -> Document:
    """The document of what was packed."""
    return parse_json(data)
