"""Digests by which records are told apart without a value of theirs: who a record is, what it says, whose it is."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Any

from conformance.validator.access import object_of, rows_of
from fhir_kernel.codec.json_codec import write_sorted
from fhir_kernel.resource import Resource

_SIZE = 16
_OF_SERVER = ("id", "meta")
_PATIENT = "Patient/"
_OF_PATIENT = re.compile(r"Patient/(?P<id>[A-Za-z0-9.-]{1,64})(?:/_history/[A-Za-z0-9.-]{1,64})?")
_NAMED_PATIENT = re.compile(rf"(?:^|/){_OF_PATIENT.pattern}$")
"""https://hl7.org/fhir/R4/references.html#literal and https://hl7.org/fhir/R4/datatypes.html#id."""


def digest_of(data: bytes) -> str:
    """BLAKE2b (https://www.rfc-editor.org/rfc/rfc7693) of 16 bytes, as 32 hexadecimal digits."""
    return blake2b(data, digest_size=_SIZE).hexdigest()


def content_digest(resource: Resource) -> str:
    """Of what a record says, whatever the order of its keys, apart from what a server adds."""
    said = {name: value for name, value in resource.items() if name not in _OF_SERVER}
    return digest_of(write_sorted(said))


def business_identity(resource: Resource) -> str:
    """Of the first identifier with a system and a value; empty where there is none."""
    stated = resource.get("identifier")
    rows = [stated] if isinstance(stated, dict) else [row for _, row in rows_of(resource, "identifier")]
    for row in rows:
        system, value = row.get("system"), row.get("value")
        if isinstance(system, str) and isinstance(value, str) and system and value:
            return digest_of(f"{resource.get('resourceType')}|{system}|{value}".encode())
    return ""


def patient_reference(resource: Resource) -> str:
    """Whose record it is, as it was sent: `Patient/1`; empty where it does not say."""
    if resource.get("resourceType") == "Patient":
        id_ = resource.get("id")
        return f"{_PATIENT}{id_}" if isinstance(id_, str) else ""
    found = _reference(resource, "subject") or _reference(resource, "patient")
    return found if isinstance(found, str) else ""


def patient_digest(reference: str) -> str:
    """Of a reference to a patient; empty where there is none. One patient is one, in whatever way it is referred to."""
    named = _NAMED_PATIENT.search(reference)
    whole = f"{_PATIENT}{named['id']}" if named is not None else reference
    return digest_of(whole.encode()) if whole else ""


def patient_id(reference: str) -> str:
    """The id that a reference to a patient of this server names; empty for any other, such as a name or a search."""
    found = _OF_PATIENT.fullmatch(reference)
    return "" if found is None else found["id"]


def _reference(resource: Resource, name: str) -> Any:
    return object_of(resource, name).get("reference")
