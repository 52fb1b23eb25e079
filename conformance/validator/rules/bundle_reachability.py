"""Which entries of a Bundle refer to which, and what is reached from the first (https://hl7.org/fhir/R4/documents.html)."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.validator.access import text_of
from conformance.validator.bundle_index import Index, find
from conformance.validator.reference_forms import reference_form
from fhir_kernel.definitions.model import Model, TypeSchema
from fhir_kernel.resource import Resource

_NOT_LINKS = frozenset(
    {
        "system",
        "Extension.url",
        "MessageHeader.source.endpoint",
        "MessageHeader.destination.endpoint",
        "Endpoint.address",
    }
)
"""Elements of type uri or url that identify something else than a resource of the Bundle."""


@dataclass(frozen=True, slots=True)
class Links:
    """The references between the resources of a Bundle, by their positions in its `Index`."""

    targets: list[set[int]]
    mismatched: list[tuple[int, str]]
    """Where, and the reference: its type and id are in the Bundle, but under another fullUrl."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Positions of entries that are not reached by following references from the first."""

    backward: list[int]
    """They refer to what is reached."""
    missed: list[int]
    """They do not, nor does anything that does refer to them."""


def links_of(bundle: Resource, index: Index, model: Model) -> Links:
    """Every reference, uri and url of `bundle` that means another of its entries; linear in its size."""
    versions_matter = bundle.get("type") == "history"
    targets: list[set[int]] = []
    mismatched: list[tuple[int, str]] = []
    for at, held in enumerate(index.held):
        found: set[int] = set()
        for reference in dict.fromkeys(_links(held.resource, model)):
            match = find(index, reference.partition("#")[0], held.full_url, by_urn=False)
            if len(match.exact) == 1 or versions_matter:
                found.update(match.exact)
            elif match.near:
                mismatched.append((at, reference))
        targets.append(found)
    return Links(targets, mismatched)


def reach(targets: Sequence[set[int]], starts: Iterable[int]) -> Reach:
    """What following `targets` from `starts` leaves out; in time n log n of the references."""
    sources: list[list[int]] = [[] for _ in targets]
    for at, found in enumerate(targets):
        for target in found:
            sources[target].append(at)
    visited: set[int] = set()
    waiting: list[int] = []
    for start in starts:
        _visit(start, targets, sources, visited, waiting)
    backward: list[int] = []
    while waiting:
        at = heapq.heappop(waiting)
        if at not in visited:
            backward.append(at)
            _visit(at, targets, sources, visited, waiting)
    return Reach(backward, [at for at in range(len(targets)) if at not in visited])


def locate(resource: Resource, reference: str) -> str:
    """Where in `resource` a reference of this text stands first: `.subject`; empty where it is a plain uri."""
    return next(_places(resource, reference, ""), "")


def _visit(
    start: int, targets: Sequence[set[int]], sources: list[list[int]], visited: set[int], waiting: list[int]
) -> None:
    stack = [start] if start < len(targets) else []
    while stack:
        at = stack.pop()
        if at in visited:
            continue
        visited.add(at)
        stack += targets[at]
        for source in sources[at]:
            heapq.heappush(waiting, source)


def _links(resource: Resource, model: Model) -> Iterator[str]:
    stack: list[tuple[Resource, TypeSchema]] = []
    _push(stack, resource, "Resource", model)
    while stack:
        node, schema = stack.pop()
        if schema.name == "Reference" and (reference := text_of(node, "reference")) is not None:
            yield reference
        for key, value in node.items():
            field = schema.fields.get(key.removeprefix("_"))
            if field is None:
                continue
            if field.is_primitive and not key.startswith("_"):
                if field.type in ("uri", "url") and not _is_no_link(schema.name, key):
                    yield from (each for each in _rows(value) if isinstance(each, str) and _is_link(each))
                continue
            kind = "Element" if field.is_primitive else field.type
            for each in _rows(value):
                if isinstance(each, dict):
                    _push(stack, each, kind, model)


def _push(stack: list[tuple[Resource, TypeSchema]], node: Resource, kind: str, model: Model) -> None:
    name = text_of(node, "resourceType") or kind if kind == "Resource" else kind
    schema = model.types.get(name)
    if schema is not None and name != "Bundle":
        stack.append((node, schema))


def _is_no_link(owner: str, name: str) -> bool:
    return name in _NOT_LINKS or f"{owner}.{name}" in _NOT_LINKS


def _is_link(text: str) -> bool:
    return reference_form(text).kind in ("relative", "restful", "urn", "url")


def _rows(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _places(node: Resource, reference: str, path: str) -> Iterator[str]:
    for key, value in node.items():
        if key == "reference" and value == reference:
            yield path
        if isinstance(value, dict):
            yield from _places(value, reference, f"{path}.{key}")
        elif isinstance(value, list):
            for at, row in enumerate(value):
                if isinstance(row, dict):
                    yield from _places(row, reference, f"{path}.{key}[{at}]")
