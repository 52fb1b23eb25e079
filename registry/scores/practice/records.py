"""The records in a document, as the server would take them: itself, or the entries of a Bundle.

https://hl7.org/fhir/R4/bundle.html; documents and messages are records of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fhir_kernel.issues import Issue, issue
from fhir_kernel.resource import Resource

UNPACKED = ("transaction", "batch", "collection", "searchset")
"""Bundles whose entries are records."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record; `place` is where it stands in its document, empty where it is the whole of it."""

    name: str
    """What a person calls it: the document, and the entry of a Bundle."""
    resource: Resource
    place: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """What is no record, and why."""

    record: str
    issue: Issue


def records_of(document: str, resource: Resource) -> Iterator[Record | Unread]:
    """The records in a document that is called so."""
    kind = resource.get("type")
    if resource.get("resourceType") != "Bundle" or not isinstance(kind, str) or kind not in UNPACKED:
        yield Record(_called(document, resource), resource)
        return
    entries = resource.get("entry", [])
    for at, entry in enumerate(entries if isinstance(entries, list) else [entries]):
        place = f"Bundle.entry[{at}]"
        name = f"{document} entry[{at}]"
        if not isinstance(entry, Mapping):
            yield Unread(name, issue("structure.not-an-object", place, found=entry, expected="Bundle.entry"))
        elif isinstance(held := entry.get("resource"), dict):
            yield Record(_called(name, held), held, f"{place}.resource")
        elif "resource" in entry:  # without one it may be a deletion
            found = issue("structure.not-an-object", f"{place}.resource", found=held, expected="Resource")
            yield Unread(name, found)


def resources_in(record: Record) -> int:
    """How many resources a record is: itself, and where it is a Bundle, its entries on every level."""
    waiting, found = [record.resource], 0
    while waiting:
        resource = waiting.pop()
        found += 1
        rows = resource.get("entry") if resource.get("resourceType") == "Bundle" else None
        entries = rows if isinstance(rows, list) else []
        held = (entry.get("resource") for entry in entries if isinstance(entry, Mapping))
        waiting += [each for each in held if isinstance(each, dict)]
    return found


def place_of(path: str, record: Record) -> str:
    """Where something in a record stands in its document."""
    return f"{record.place}.{path.partition('.')[2]}".rstrip(".") if record.place else path


def _called(name: str, resource: Resource) -> str:
    kind, id_ = resource.get("resourceType"), resource.get("id")
    known = isinstance(kind, str) and isinstance(id_, str) and max(len(kind), len(id_)) <= 64
    return f"{name} {kind}/{id_}" if known else name
