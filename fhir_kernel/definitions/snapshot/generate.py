"""The snapshot of a StructureDefinition from its differential and its base.

https://hl7.org/fhir/R4/profiling.html#snapshot
"""

from __future__ import annotations

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.snapshot.apply import apply_children, apply_one
from fhir_kernel.definitions.snapshot.paths import check_paths
from fhir_kernel.definitions.snapshot.scope import Scope
from fhir_kernel.definitions.snapshot.sources import Sources
from fhir_kernel.definitions.snapshot.tree import Change, Node, flatten, read_differential
from fhir_kernel.errors import SnapshotError, UnknownDefinition
from fhir_kernel.resource import Resource


def generate(structure: Resource, catalog: Catalog, *, repair: bool = True) -> Resource:
    """A copy of `structure` with a full snapshot.

    With `repair`, a differential out of order is sorted, type slices get the names that the rules give them, what
    widens the cardinality, flags or binding of the base stays as in the base, and what only some types of a choice
    have is passed over; without, all of these are refused. Raises SnapshotError, with the element's path, where the
    differential cannot be applied, and UnknownDefinition where the base is not known.
    """
    url = structure.get("url", "")
    try:
        elements = flatten(_tree(structure, catalog, repair))
    except SnapshotError as error:
        if error.url and error.path:
            raise
        raise SnapshotError(error.message, url=error.url or url, path=error.path) from error
    result = {key: value for key, value in structure.items() if key not in ("snapshot", "differential")}
    result["snapshot"] = {"element": elements}
    if "differential" in structure:
        result["differential"] = structure["differential"]
    return result


def _tree(structure: Resource, catalog: Catalog, repair: bool) -> Node:
    said = structure.get("differential", {}).get("element", [])
    name = str(structure.get("type", "")).rpartition("/")[2]
    check_paths(said, name)
    sources = Sources(catalog, structure.get("url", ""))
    is_new = structure.get("derivation") != "constraint"
    root = _base_tree(structure, sources, name, is_new)
    change = read_differential(said, name, gather=repair)
    scope = Scope(sources, root, repair, grows=is_new)
    change = _untyped_root(change, structure, sources)
    if not root.children:
        return Node(name, {**root.element, **change.stated}, apply_children((), change.children, scope))
    return apply_one(root, change, scope)


def _base_tree(structure: Resource, sources: Sources, name: str, is_new: bool) -> Node:
    base_url = structure.get("baseDefinition")
    if base_url is None:
        if not is_new:
            raise SnapshotError("a constraint needs a base definition")
        return Node(name, {})
    if base_url.partition("|")[0] == structure.get("url"):
        raise SnapshotError("the definition is its own base")
    base = sources.definition(base_url)
    tree = sources.tree(base_url)
    if base is None or tree is None:
        raise UnknownDefinition("no loaded package holds the base of this definition", url=base_url)
    if not is_new and base["type"] != structure.get("type"):
        raise SnapshotError(f"the type is {structure.get('type')}, but the base is on {base['type']}")
    return Node(name, tree.element, tree.children)


def _untyped_root(change: Change, structure: Resource, sources: Sources) -> Change:
    """The root of a constraint has no type; one that repeats the type being constrained does no harm."""
    types = change.stated.get("type")
    if not types or structure.get("kind") == "logical":
        return change
    base = sources.definition(structure.get("baseDefinition", "")) or {}
    if len(types) != 1 or types[0].get("code") not in (base.get("type"), structure.get("type")):
        raise SnapshotError("the first element of a differential has no type", path=change.path)
    element = {key: value for key, value in change.stated.items() if key != "type"}
    return Change(change.name, change.path, element, change.children)
