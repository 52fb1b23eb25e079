"""The resources in a document: itself, or the entries of a Bundle (https://hl7.org/fhir/R4/bundle.html)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fhir_kernel.definitions.model import Model
from fhir_kernel.resource import Resource
from fhir_kernel.store.records import Key
from fhir_server.content import check_id, content_of
from fhir_server.links import conditional_references, names_of, relinked
from fhir_server.outcomes import RequestRefused, refused
from fhir_server.placing import placed

UNPACKED = ("transaction", "batch", "collection", "searchset")
"""Bundles whose entries are imported; others are resources of their own."""
_NEW = "urn:uuid:"
_WRITES = ("PUT", "POST")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a document holds, and what of it cannot be imported."""

    resources: list[tuple[Key, Resource]] = field(default_factory=list)
    refusals: list[tuple[RequestRefused, Resource | None]] = field(default_factory=list)
    skipped: int = 0
    all_or_none: bool = False

    @property
    def has_searches(self) -> bool:
        """Whether a reference is a search, whose one answer must be stored first."""
        return any(True for _, resource in self.resources for _ in conditional_references(resource))


@dataclass(frozen=True, slots=True)
class Kinds:
    """The types of FHIR, and which of them are stored on their own."""

    model: Model
    stored: frozenset[str]


def contents_of(document: Resource, kinds: Kinds) -> Contents:
    """The resources as they would be stored, with references between entries as they will be."""
    if document.get("resourceType") == "Bundle" and document.get("type") in UNPACKED:
        return _unpacked(document, kinds)
    made = Contents()
    try:
        made.resources.append(_resource(document, document.get("id"), {}, kinds))
    except RequestRefused as error:
        made.refusals.append((error, document))
    return made


def _unpacked(bundle: Resource, kinds: Kinds) -> Contents:
    entries = [each for each in _entries(bundle) if not _is_remark(each)]
    made = Contents(skipped=len(_entries(bundle)) - len(entries), all_or_none=bundle["type"] == "transaction")
    targets = dict(_targets(entries))
    seen: set[Key] = set()
    for place, entry in enumerate(_entries(bundle)):
        if _is_remark(entry):
            continue
        try:
            key, resource = _entry(entry, targets, kinds)
            if key in seen:
                raise refused("invalid", f"{key} comes twice in the Bundle; expected each resource at most once")
            seen.add(key)
            made.resources.append((key, resource))
        except RequestRefused as error:
            told = RequestRefused(placed(error.issues, f"Bundle.entry[{place}]"), error.status)
            made.refusals.append((told, _held(entry)))
    return made


def _entries(bundle: Resource) -> list[Any]:
    entries = bundle.get("entry", [])
    return entries if isinstance(entries, list) else [entries]


def _is_remark(entry: Any) -> bool:
    """Whether it tells how a search went (https://hl7.org/fhir/R4/valueset-search-entry-mode.html)."""
    search = entry.get("search") if isinstance(entry, dict) else None
    return isinstance(search, dict) and search.get("mode") == "outcome"


def _held(entry: Any) -> Resource | None:
    held = entry.get("resource") if isinstance(entry, dict) else None
    return held if isinstance(held, dict) else None


def _entry(entry: Any, targets: Mapping[str, str], kinds: Kinds) -> tuple[Key, Resource]:
    held = _held(entry)
    request = entry.get("request") if isinstance(entry, dict) else None
    method = request.get("method") if isinstance(request, dict) else None
    if held is None or method not in (*_WRITES, None):
        raise refused(
            "not-supported", f"The entry is a {method or 'link'} without resource; only resources are imported"
        )
    return _resource(held, _id_of(entry, held), targets, kinds)


def _targets(entries: list[Any]) -> Iterator[tuple[str, str]]:
    """What the names of entries stand for."""
    for entry in entries:
        held = _held(entry)
        full_url = entry.get("fullUrl") if held is not None else None
        if held is None or not isinstance(full_url, str):
            continue
        kind = str(held.get("resourceType"))
        target = f"{kind}/{_id_of(entry, held)}"
        yield from ((name, target) for name in names_of(full_url, kind) if name != target)


def _id_of(entry: Any, held: Resource) -> Any:
    """Its own id; else the one that its request names, or that of its fullUrl, the same whenever it is imported."""
    if held.get("id") is not None:
        return held["id"]
    request = entry.get("request")
    url = request.get("url") if isinstance(request, dict) else None
    if isinstance(url, str) and url.count("/") == 1 and "?" not in url:
        return url.partition("/")[2]
    full_url = entry.get("fullUrl")
    if isinstance(full_url, str) and full_url.startswith(_NEW):
        return full_url.removeprefix(_NEW)
    return None


def _resource(resource: Resource, resource_id: Any, targets: Mapping[str, str], kinds: Kinds) -> tuple[Key, Resource]:
    """Raises RequestRefused where it cannot be stored under an id of its own."""
    kind = resource.get("resourceType")
    if kind not in kinds.stored:
        raise refused(
            "structure", f"resourceType is {kind!r}; expected a type that is stored", expression="resourceType"
        )
    check_id(resource_id, f"{kind}.id")
    key = Key(kind, resource_id)
    content = content_of(resource, key)
    return key, relinked(content, targets, kinds.model) if targets else content
