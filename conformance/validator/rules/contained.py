"""Contained resources and element ids (https://hl7.org/fhir/R4/references.html#contained).

dom-3 is decided here and not as FHIRPath, which takes quadratic time and misses what the rule's text allows; dom-2,
dom-4 and dom-5 are invariants like others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import orjson

from conformance.validator.access import rows_of, text_of, type_of
from conformance.validator.context import Context, RuleTable
from fhir_kernel.resource import Resource


def check_contained(resource: Resource, path: str, context: Context) -> None:
    """Every contained resource has an id of its own and is connected with its container (dom-3)."""
    if "contained" not in resource:
        return
    first: dict[str, str] = {}
    for at, inner in rows_of(resource, "contained"):
        place = f"{path}.contained[{at}]"
        inner_id = text_of(inner, "id")
        if inner_id is None:
            context.report("contained.no-id", place, type=type_of(inner))
        elif inner_id in first:
            context.report("contained.duplicate-id", f"{place}.id", found=inner_id, other=first[inner_id])
        else:
            first[inner_id] = place
    for at in unreferenced(resource):
        inner = resource["contained"][at]
        place = f"{path}.contained[{at}]"
        context.report("contained.unreferenced", place, found=inner["id"], type=type_of(inner), rule="dom-3")


def unreferenced(resource: Resource) -> list[int]:
    """Positions of the contained resources with an id that break dom-3; one walk over the resource.

    A reference, canonical, uri or url of `#id` anywhere else in the container counts, so does an image or link of its
    narrative, and so does `#` within the contained resource itself.
    """
    contained = rows_of(resource, "contained")
    inside = [set(_fragments(inner)) for _, inner in contained]
    outside = set(_fragments({key: value for key, value in resource.items() if key != "contained"}))
    times: dict[str, int] = {}
    for fragments in inside:
        for fragment in fragments:
            times[fragment] = times.get(fragment, 0) + 1
    return [
        at
        for (at, inner), own in zip(contained, inside, strict=True)
        if (inner_id := text_of(inner, "id")) is not None and not _is_connected(f"#{inner_id}", own, outside, times)
    ]


def check_element_ids(resource: Resource, path: str, context: Context) -> None:
    """The ids of elements are unique within a resource; resources within it are spaces of their own.

    In a StructureDefinition, snapshot and differential share ids: sdf-16 and sdf-17 are its rules.
    """
    kind = resource.get("resourceType")
    if kind == "StructureDefinition" or (kind != "Bundle" and not _has_element_ids(resource)):
        return  # what a Bundle has of its own is soon looked through
    first: dict[str, str] = {}
    for element_id, place in _element_ids(resource, path):
        if element_id in first:
            context.report("element.duplicate-id", place, found=element_id, other=first[element_id])
        else:
            first[element_id] = place


_IN_NARRATIVE = re.compile(r"""(?:src|href)\s*=\s*["'](#[^"'\s]+)["']""")
RULES: RuleTable = {"Resource": (check_element_ids,), "DomainResource": (check_contained,)}


def _is_connected(fragment: str, own: set[str], outside: set[str], times: dict[str, int]) -> bool:
    elsewhere = times.get(fragment, 0) - (fragment in own)
    return "#" in own or fragment in outside or elsewhere > 0


def _fragments(start: Resource) -> Iterator[str]:
    stack: list[Any] = [start]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            stack += node.values()
        elif isinstance(node, list):
            stack += node
        elif isinstance(node, str):
            if node.startswith("#"):
                yield node
            elif node.startswith("<div"):
                yield from _IN_NARRATIVE.findall(node)


def _has_element_ids(resource: Resource) -> bool:
    """Whether there may be two ids besides the resource's own; a count in its text is the quickest way to say no."""
    try:
        text = orjson.dumps(resource, default=str)
    except TypeError:  # numbers and texts that JSON cannot hold
        return True
    return text.count(b'"id":') > 1 + ("id" in resource)


def _element_ids(node: Resource, path: str) -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        name = key.removeprefix("_")
        if isinstance(value, dict):
            rows = [(value, f"{path}.{name}")]
        elif isinstance(value, list):
            rows = [(row, f"{path}.{name}[{at}]") for at, row in enumerate(value) if isinstance(row, dict)]
        else:
            continue
        for row, place in rows:
            if "resourceType" in row:
                continue
            if isinstance(row.get("id"), str):
                yield row["id"], place
            yield from _element_ids(row, place)
