"""Resolve references within the set of inputs (https://hl7.org/fhir/R4/references.html#literal)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_kernel.resource import Resource
from plumbline.inputs import Document

Parse = Callable[[bytes], Resource]


def index_references(documents: Iterable[Document], parse: Parse) -> Callable[[str], Resource | None]:
    """A resolver over all `documents`: by `Type/id` or by fullUrl of a Bundle entry, with or without base and version.

    What does not parse is passed over here: its own report says why. A resource is kept as the bytes it was read
    from, and parsed when something refers to it.
    """
    sources: dict[str, tuple[bytes, str]] = {}
    for document in documents:
        for key, entry in _keys(document, parse):
            sources.setdefault(key, (document.data, entry))

    def resolve(reference: str) -> Resource | None:
        bare = reference.partition("/_history/")[0]
        for key in (bare, "/".join(bare.rsplit("/", 2)[-2:])):
            if key in sources:
                data, full_url = sources[key]
                return _entry(parse(data), full_url) if full_url else parse(data)
        return None

    return resolve


def _keys(document: Document, parse: Parse) -> Iterable[tuple[str, str]]:
    try:
        resource = parse(document.data) if document.problem is None else {}
    except (CodecError, LimitExceeded):
        return
    yield from ((key, "") for key in _own_key(resource))
    for number, entry in enumerate(_entries(resource)):
        yield from ((key, str(number)) for key in _entry_keys(entry))


def _own_key(resource: Any) -> Iterable[str]:
    if isinstance(resource, dict) and isinstance(resource.get("id"), str):
        yield f"{resource.get('resourceType')}/{resource['id']}"


def _entries(resource: Any) -> list[Any]:
    is_bundle = isinstance(resource, dict) and resource.get("resourceType") == "Bundle"
    entries = resource.get("entry") if is_bundle else None
    return entries if isinstance(entries, list) else []


def _entry_keys(entry: Any) -> Iterable[str]:
    if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
        return
    yield from _own_key(entry["resource"])
    if isinstance(entry.get("fullUrl"), str):
        yield entry["fullUrl"]


def _entry(bundle: Resource, number: str) -> Resource:
    held: Resource = bundle["entry"][int(number)]["resource"]
    return held
