"""Slices of repeating elements and extensions: set up, added to, constrained further.

https://hl7.org/fhir/R4/profiling.html#slicing
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from fhir_kernel.definitions.snapshot.merge import is_extension
from fhir_kernel.definitions.snapshot.scope import Scope
from fhir_kernel.definitions.snapshot.sources import Sources, type_codes
from fhir_kernel.definitions.snapshot.tree import Change, Node
from fhir_kernel.errors import SnapshotError
from fhir_kernel.resource import Resource

_INLINE = {"BackboneElement", "Element", "Base"}
_EXTENSION_SLICING: Resource = {
    "discriminator": [{"type": "value", "path": "url"}],
    "ordered": False,
    "rules": "open",
}
_TYPE_SLICING: Resource = {"discriminator": [{"type": "type", "path": "$this"}], "ordered": False, "rules": "open"}


class ApplyOne(Protocol):
    """Applies one change to one node (`apply.apply_one`)."""

    def __call__(self, base: Node, change: Change, scope: Scope, *, keep_min: bool = False) -> Node: ...


def introduce_slices(base: Node, changes: list[Change], scope: Scope, apply_one: ApplyOne) -> Sequence[Node]:
    """The element with its slicing, then its slices. Raises SnapshotError if it cannot be sliced in this way."""
    first = changes[0]
    _check_can_slice(base, changes)
    slicing = first.stated.get("slicing", _EXTENSION_SLICING)
    if first.slice_name:
        slicer = _with_slicing(base, slicing)
    else:
        slicer = _with_slicing(apply_one(base, first, scope.sliced()), slicing)
    new = changes if first.slice_name else changes[1:]
    keep_min = slicing.get("rules") == "closed" and len(new) == 1
    made: list[Node] = []
    for change in new:
        template = _resliced(change, made) or base
        made.append(apply_one(template, change, scope.sliced(), keep_min=keep_min))
    return (slicer, *made)


def extend_slices(group: tuple[Node, ...], changes: list[Change], scope: Scope, apply_one: ApplyOne) -> Sequence[Node]:
    """The already sliced element, its slices as constrained further, then new slices."""
    base, *slices = group
    slicer, new = base, changes
    if not changes[0].slice_name:
        slicing = _narrowed_slicing(base.element["slicing"], changes[0])
        slicer = _with_slicing(apply_one(base, changes[0], scope), slicing)
        new = changes[1:]
    by_name = {change.slice_name: change for change in new}
    if len(by_name) < len(new):
        raise SnapshotError("two slices have the same name or none", path=changes[0].path)
    if not scope.repair:
        _check_order(slices, new)
    result = [slicer]
    for node in slices:
        change = by_name.pop(node.slice_name, None)
        result.append(apply_one(node, change, scope.sliced()) if change else node)
    if by_name and base.element["slicing"].get("rules") == "closed":
        raise SnapshotError("the slicing is closed in the base, no slice can be added", path=changes[0].path)
    for change in by_name.values():
        result.append(_added_slice(base, change, result[1:], scope, apply_one))
    return result


def _check_order(slices: Sequence[Node], changes: Sequence[Change]) -> None:
    places = {node.slice_name: place for place, node in enumerate(slices)}
    order = [places.get(change.slice_name, len(slices)) for change in changes]
    if order != sorted(order):
        raise SnapshotError("the slices stand in another order than in the base", path=changes[0].path)


def slicer_before(base: Node, change: Change) -> tuple[Node, ...]:
    """The slicing that a lone slice leaves unsaid: by url for extensions, by type for choices."""
    if not change.slice_name or base.slice_name or "slicing" in base.element:
        return ()
    if is_extension(base.element):
        return (_with_slicing(base, _EXTENSION_SLICING),)
    tells_type = len(type_codes(change.stated)) == 1 or change.name == change.slice_name
    if base.is_choice and tells_type and len(type_codes(base.element)) > 1:
        return (_with_slicing(base, _TYPE_SLICING),)
    return ()


def _check_can_slice(base: Node, changes: list[Change]) -> None:
    first = changes[0]
    repeats = base.element.get("max", "*") not in ("0", "1")
    if not repeats and not ("slicing" in first.stated and first.stated.get("max") == "1"):
        raise SnapshotError("an element that does not repeat cannot be sliced", path=first.path)
    if "slicing" not in first.stated and not is_extension(base.element):
        raise SnapshotError(
            "the element occurs more than once in the differential, but nothing slices it", path=first.path
        )
    if any(change.slice_name is None for change in changes[1:]):
        raise SnapshotError("a slice has no name", path=first.path)


def _with_slicing(node: Node, slicing: Resource) -> Node:
    return Node(node.name, {**node.element, "slicing": slicing}, node.children)


def _narrowed_slicing(base: Resource, change: Change) -> Resource:
    said: Resource = change.stated.get("slicing", {})
    there = [(d["type"], d["path"]) for d in base.get("discriminator", ())]
    wanted = [(d["type"], d["path"]) for d in said.get("discriminator", ())]
    if wanted and there and wanted[: len(there)] != there:
        raise SnapshotError("the discriminators of the base cannot be replaced", path=change.path)
    if said.get("ordered", base.get("ordered")) != base.get("ordered") and "ordered" in base:
        raise SnapshotError("slicing.ordered cannot differ from the base", path=change.path)
    rules = (base.get("rules", "open"), said.get("rules", base.get("rules", "open")))
    if rules[0] != "open" and rules[0] != rules[1] and rules != ("closed", "openAtEnd"):
        raise SnapshotError(f"slicing rules {rules[1]} are wider than {rules[0]} of the base", path=change.path)
    merged = base | {key: said[key] for key in ("ordered", "rules") if key in said}
    if wanted:
        extra = [d for d in said["discriminator"] if (d["type"], d["path"]) not in there]
        merged["discriminator"] = [*base.get("discriminator", ()), *extra]
    return merged


def _added_slice(base: Node, change: Change, made: list[Node], scope: Scope, apply_one: ApplyOne) -> Node:
    template = _resliced(change, made)
    if template is None:
        element = {key: value for key, value in base.element.items() if key != "slicing"}
        inline = bool(_INLINE & set(type_codes(base.element)))
        template = Node(base.name, element, base.children if inline or change.children else ())
    node = apply_one(template, change, scope.sliced())
    return Node(node.name, _within_profile(node.element, scope.sources), node.children)


def _resliced(change: Change, made: Sequence[Node]) -> Node | None:
    """The slice that `name/part` slices again."""
    parent, separator, _ = (change.slice_name or "").rpartition("/")
    if not separator:
        return None
    for node in made:
        if node.slice_name == parent:
            element = {key: value for key, value in node.element.items() if key not in ("slicing", "sliceName")}
            return Node(node.name, element, node.children)
    return None


def _within_profile(element: Resource, sources: Sources) -> Resource:
    """The cardinality within that of the only profile of the element's types."""
    profiles = [profile for entry in element.get("type", ()) for profile in entry.get("profile", ())]
    root = sources.root_element(profiles[0]) if len(profiles) == 1 else None
    if root is None:
        return element
    narrowed = dict(element)
    if root.get("min", 0) > 0 and not element.get("min"):
        narrowed["min"] = root["min"]
    if root.get("max") in ("0", "1") and element.get("max") not in ("0", "1"):
        narrowed["max"] = root["max"]
    return narrowed
