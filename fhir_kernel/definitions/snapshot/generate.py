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
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # definitions come from outside; whatever is not shaped as FHIR asks ends here
        raise SnapshotError(f"the definition or its base is not well-formed: {error!r}", url=url) from error
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
    base = _base(structure, sources)
    is_new = _is_new(structure, base, repair)
    root = _base_tree(structure, base, sources, name)
    change = _constrained_root(read_differential(said, name, gather=repair), structure, base, repair)
    scope = Scope(sources, root, repair, grows=is_new)
    if not root.children:
        return Node(name, {**root.element, **change.stated}, apply_children((), change.children, scope))
    return apply_one(root, change, scope)


def _base(structure: Resource, sources: Sources) -> Resource | None:
    url = structure.get("baseDefinition")
    if url is None:
        return None
    if url.partition("|")[0] == structure.get("url"):
        raise SnapshotError("the definition is its own base")
    base = sources.definition(url)
    if base is None:
        raise UnknownDefinition("no loaded package holds the base of this definition", url=url)
    return base


def _is_new(structure: Resource, base: Resource | None, repair: bool) -> bool:
    """Whether this is a specialization, which defines a type of its own."""
    derivation = structure.get("derivation")
    if derivation is None and base is not None:
        if not repair:
            raise SnapshotError("a definition with a base needs a derivation")
        return base.get("type") != structure.get("type")
    if derivation != "constraint":
        return True
    if base is None:
        raise SnapshotError("a constraint needs a base definition")
    if base["type"] != structure.get("type"):
        raise SnapshotError(f"the type is {structure.get('type')}, but the base is on {base['type']}")
    return False


def _base_tree(structure: Resource, base: Resource | None, sources: Sources, name: str) -> Node:
    tree = sources.tree(structure["baseDefinition"]) if base is not None else None
    return Node(name, tree.element, tree.children) if tree is not None else Node(name, {})


def _constrained_root(change: Change, structure: Resource, base: Resource | None, repair: bool) -> Change:
    """The root without slicing and type; one that repeats the type being constrained does no harm."""
    types = change.stated.get("type") if structure.get("kind") != "logical" else None
    if types:
        known = ((base or {}).get("type"), structure.get("type"))
        if len(types) != 1 or types[0].get("code") not in known:
            raise SnapshotError("the first element of a differential has no type", path=change.path)
    if "slicing" in change.stated and not repair:
        raise SnapshotError("the first element of a differential cannot be sliced", path=change.path)
    dropped = {"slicing", "type"} if types else {"slicing"}
    if change.element is not None:
        change.element = {key: value for key, value in change.element.items() if key not in dropped}
    return change
