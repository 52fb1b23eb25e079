"""Putting the elements of a differential in the order of the base (https://hl7.org/fhir/R4/profiling.html#differential)."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.snapshot.apply import find_place
from fhir_kernel.definitions.snapshot.paths import check_paths
from fhir_kernel.definitions.snapshot.scope import Scope, unfold
from fhir_kernel.definitions.snapshot.sources import Sources
from fhir_kernel.definitions.snapshot.tree import Change, Node, groups, read_differential
from fhir_kernel.errors import SnapshotError
from fhir_kernel.resource import Resource


def sort_differential(structure: Resource, catalog: Catalog) -> Resource:
    """A copy of `structure` whose differential stands in the order of its base; unknown elements go last.

    Slices keep their order. Raises SnapshotError for malformed paths; without a known base nothing is moved.
    """
    elements = structure.get("differential", {}).get("element", [])
    name = str(structure.get("type", "")).rpartition("/")[2]
    check_paths(elements, name)
    sources = Sources(catalog, structure.get("url", ""))
    base = sources.tree(structure.get("baseDefinition", ""))
    if base is None:
        return structure
    top = read_differential(elements, name, gather=True)
    _sort(top, base.children, Scope(sources, base, repair=True))
    return {**structure, "differential": {**structure["differential"], "element": _written(top)}}


def _sort(change: Change, nodes: tuple[Node, ...], scope: Scope) -> None:
    grouped = list(groups(nodes))
    places = {id(child): _place(child, grouped, scope) for child in change.children}
    change.children.sort(key=lambda child: places[id(child)])
    for child in change.children:
        if not child.children or places[id(child)] == len(grouped):
            continue
        group = grouped[places[id(child)]]
        node = next((n for n in group if n.slice_name == child.slice_name), group[0])
        if node.children:
            _sort(child, node.children, scope)
            continue
        try:
            _, children, inner = unfold({**node.element, **child.stated}, scope, child.path)
        except SnapshotError:
            continue
        _sort(child, children, inner)


def _place(change: Change, grouped: Sequence[tuple[Node, ...]], scope: Scope) -> int:
    try:
        place = find_place(change, grouped, scope)
    except SnapshotError:
        place = None
    return len(grouped) if place is None else place


def _written(change: Change) -> list[Resource]:
    rows = [] if change.element is None else [change.element]
    for child in change.children:
        rows.extend(_written(child))
    return rows
