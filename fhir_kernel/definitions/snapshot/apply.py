"""Applying the children of one differential element to the children of the element it constrains.

https://hl7.org/fhir/R4/profiling.html#snapshot
"""

from __future__ import annotations

from collections.abc import Sequence

from fhir_kernel.definitions.snapshot.choices import slice_by_type, type_of_name
from fhir_kernel.definitions.snapshot.merge import is_extension, merge
from fhir_kernel.definitions.snapshot.scope import Scope, unfold
from fhir_kernel.definitions.snapshot.slicing import extend_slices, introduce_slices, slicer_before
from fhir_kernel.definitions.snapshot.start import starting_element
from fhir_kernel.definitions.snapshot.tree import Change, Node, groups
from fhir_kernel.errors import SnapshotError


def apply_children(bases: tuple[Node, ...], changes: Sequence[Change], scope: Scope) -> tuple[Node, ...]:
    """The children in the snapshot: those of the base in their order, changed and sliced as the differential says.

    Raises SnapshotError for a change that fits nowhere.
    """
    if not changes:
        return bases
    grouped = list(groups(bases))
    claims: list[list[Change]] = [[] for _ in grouped]
    added: list[Change] = []
    furthest = 0
    for change in changes:
        place = find_place(change, grouped, scope)
        if place is None:
            added.extend([change] if scope.grows else [])
            continue
        if place < furthest and not scope.repair:
            raise SnapshotError("the element is out of order in the differential", path=change.path)
        furthest = max(place, furthest)
        claims[place].append(change)
    result: list[Node] = []
    for group, claim in zip(grouped, claims, strict=True):
        result.extend(_apply_group(group, claim, scope) if claim else group)
    result.extend(_new_element(change, scope) for change in added)
    return tuple(result)


def find_place(change: Change, grouped: Sequence[tuple[Node, ...]], scope: Scope) -> int | None:
    """Which of the base's elements a change speaks of; None for one that the base need not have.

    Those are the new elements of a specialization, and what is said of a choice that only some of its types have.
    """
    for place, group in enumerate(grouped):
        if group[0].name == change.name:
            return place
    for place, group in enumerate(grouped):
        if _means_choice(change.name, group[0], scope):
            return place
    if scope.grows or (scope.any_type and scope.repair):
        return None
    raise SnapshotError("the base has no such element", path=change.path)


def _means_choice(name: str, base: Node, scope: Scope) -> bool:
    """Whether `valueQuantity` is said of `value[x]`, or `value[x]` of an element that the base already renamed."""
    if base.is_choice:
        return type_of_name(name, base, scope.sources) is not None
    stem = name.removesuffix("[x]")
    return stem != name and base.name.startswith(stem) and base.name[len(stem) :][:1].isupper()


def apply_one(base: Node, change: Change, scope: Scope, *, keep_min: bool = False) -> Node:
    """`base` with what the differential says about it and about its children.

    A new slice is optional unless the differential says otherwise or `keep_min` is set.
    """
    said = change.stated
    element = starting_element(base, said, scope.sources)
    if change.slice_name and not base.slice_name and not keep_min and not _is_extension_value(base, change):
        element = {**element, "min": 0}
    if base.is_choice and change.name != base.name and "type" not in said:
        code = type_of_name(change.name, base, scope.sources)
        element = {**element, "type": [e for e in element.get("type", ()) if e["code"] == code]}
    element = merge(element, said, scope, change.path)
    if "slicing" in said:
        element["slicing"] = said["slicing"]
    if base.children:
        below = scope.below(stated=change.element is not None)
        return Node(base.name, element, apply_children(base.children, change.children, below))
    if not change.children:
        return Node(base.name, element)
    element, children, inner = unfold(element, scope, change.path)
    return Node(base.name, element, apply_children(children, change.children, inner))


def _is_extension_value(base: Node, change: Change) -> bool:
    return base.name == "value[x]" and change.path.rpartition(".")[0].endswith("xtension")


def _apply_group(group: tuple[Node, ...], changes: list[Change], scope: Scope) -> Sequence[Node]:
    base, *slices = group
    first = changes[0]
    is_sliced = "slicing" in base.element
    if first.element is None and len(changes) == 1 and first.name == base.name:
        return (apply_one(base, first, scope), *slices)
    if not is_sliced and _is_plain(base, changes, scope):
        return (*slicer_before(base, first), apply_one(base, first, scope), *slices)
    if base.is_choice:
        return slice_by_type(group, changes, scope, apply_one)
    if is_sliced:
        return extend_slices(group, changes, scope, apply_one)
    return introduce_slices(base, changes, scope, apply_one)


def _is_plain(base: Node, changes: list[Change], scope: Scope) -> bool:
    """Whether the only change constrains the element without slicing it."""
    if len(changes) != 1:
        return False
    change = changes[0]
    if scope.in_slice:
        return True
    sliced_extension = is_extension(base.element) and change.slice_name
    return change.name == base.name and "slicing" not in change.stated and not sliced_extension


def _new_element(change: Change, scope: Scope) -> Node:
    """An element that a specialization adds."""
    element = dict(change.stated)
    element.setdefault("base", {"path": change.path, "min": element.get("min", 0), "max": element.get("max", "*")})
    children: tuple[Node, ...] = ()
    if change.children:
        if len(element.get("type", ())) != 1:
            raise SnapshotError("a new element with children needs exactly one type", path=change.path)
        element, inherited, _ = unfold(element, scope, change.path)
        children = apply_children(inherited, change.children, scope)
    return Node(change.name, element, children)
