"""Element lists as trees: snapshots to walk through and differentials to apply.

A path such as `Patient.name.given` is a walk from the root (https://hl7.org/fhir/R4/elementdefinition.html#path).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from fhir_kernel.errors import SnapshotError
from fhir_kernel.resource import Resource


@dataclass(frozen=True, slots=True)
class Node:
    """One element of a snapshot; the slices of an element are siblings that follow it under the same name."""

    name: str
    """The last part of the path: `value[x]`."""
    element: Resource
    children: tuple[Node, ...] = ()

    @property
    def slice_name(self) -> str | None:
        return self.element.get("sliceName")

    @property
    def is_choice(self) -> bool:
        return self.name.endswith("[x]")


@dataclass(slots=True)
class Change:
    """One element of a differential, or a step on the way to one that the differential does not mention."""

    name: str
    path: str
    element: Resource | None = None
    """None for a step."""
    children: list[Change] = field(default_factory=list)

    @property
    def slice_name(self) -> str | None:
        return self.element.get("sliceName") if self.element else None

    @property
    def stated(self) -> Resource:
        """What the differential says, nothing for a step."""
        return self.element or {}


def grow(elements: Sequence[Resource]) -> Node:
    """The tree of a snapshot's elements. Raises SnapshotError where they have no single root."""
    waiting: dict[int, list[Node]] = {}
    for element in reversed(elements):
        path: str = element["path"]
        depth = path.count(".")
        children = tuple(reversed(waiting.pop(depth + 1, ())))
        waiting.setdefault(depth, []).append(Node(path.rpartition(".")[2], element, children))
    if [len(nodes) for nodes in waiting.values()] != [1] or 0 not in waiting:
        raise SnapshotError("the elements of the snapshot do not form one tree")
    return waiting[0][0]


def read_differential(elements: Iterable[Resource], root: str, *, gather: bool) -> Change:
    """The tree of a differential below the element `root`.

    With `gather`, children of one element that stand in several places are brought together under its latest mention.
    """
    top = Change(root, root)
    for element in elements:
        parts = element["path"].split(".")
        if len(parts) == 1:
            top.element = element
            continue
        parent = top
        for part, prefix in zip(parts[1:-1], _prefixes(element.get("id", ""), len(parts)), strict=True):
            parent = _step(parent, part, prefix, gather)
        _state(parent, parts[-1], element, gather)
    return top


def _prefixes(element_id: str, length: int) -> list[str]:
    """The ids of the elements between the root and this one; empty strings where its id does not fit its path."""
    parts = element_id.split(".")
    if len(parts) != length:
        return [""] * (length - 2)
    return [".".join(parts[:end]) for end in range(2, length)]


def _step(parent: Change, name: str, element_id: str, gather: bool) -> Change:
    named = [c for c in (parent.children if gather else parent.children[-1:]) if name in (c.name, c.slice_name)]
    slice_name = element_id.rpartition(".")[2].partition(":")[2]
    for child in reversed(named):
        if (element_id, slice_name) == ("", ""):
            break
        if child.stated.get("id") == element_id or (slice_name and child.slice_name == slice_name):
            return child
    unmentioned = gather and bool(slice_name) and not (named and named[-1].slice_name)
    if named and not unmentioned:
        return named[-1]
    step = Change(name, f"{parent.path}.{name}", {"sliceName": slice_name} if unmentioned else None)
    parent.children.append(step)
    return step


def _state(parent: Change, name: str, element: Resource, gather: bool) -> None:
    if gather:
        for child in parent.children:
            if child.name == name and child.element is None:
                child.element = element
                return
    parent.children.append(Change(name, f"{parent.path}.{name}", element))


def groups(nodes: Sequence[Node]) -> Iterator[tuple[Node, ...]]:
    """Elements of the same name together: the element itself, then its slices."""
    start = 0
    for end in range(1, len(nodes) + 1):
        if end == len(nodes) or nodes[end].name != nodes[start].name:
            yield tuple(nodes[start:end])
            start = end


def find_by_id(root: Node, element_id: str) -> Node | None:
    """The node whose path of names and slices below `root` is `element_id`."""
    _, *parts = element_id.split(".")
    node: Node | None = root
    for part in parts:
        name, _, slice_name = part.partition(":")
        children = node.children if node else ()
        node = next((c for c in children if c.name == name and (c.slice_name or "") == slice_name), None)
    return node


def flatten(root: Node) -> list[Resource]:
    """The elements of a snapshot in order, each with its `id`, `path` and `base`."""
    rows: list[Resource] = []
    _flatten(root, root.name, root.name, rows)
    return rows


def _flatten(node: Node, element_id: str, path: str, rows: list[Resource]) -> None:
    row = {**node.element, "id": element_id, "path": path}
    if "base" not in row and "min" in row and "max" in row:
        row["base"] = {"path": path, "min": row["min"], "max": row["max"]}
    rows.append(row)
    for child in node.children:
        suffix = f":{child.slice_name}" if child.slice_name else ""
        _flatten(child, f"{element_id}.{child.name}{suffix}", f"{path}.{child.name}", rows)
