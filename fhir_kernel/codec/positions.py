"""Line and column of every element of a text, found by its FHIRPath location.

Made only when there is something to report. Works without the model: lists are seen in the text, and a choice element
is found as `value` and as `valueQuantity`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

Place: TypeAlias = tuple[int, int]
"""Line and column, both from 1."""

_SEGMENT = re.compile(r"\.?(?P<name>[A-Za-z_][A-Za-z0-9_\-]*)(?:\[(?P<index>[0-9]+)\])?(?P<call>\([^)]*\))?")


class Element(Protocol):
    """Where an element of a text starts and what stands in it."""

    @property
    def place(self) -> Place:
        """Where it starts."""
        ...

    @property
    def names(self) -> Collection[str]:
        """The names that stand in it, in the order of the text."""
        ...

    def child(self, name: str, index: int) -> Element | None:
        """The `index`th of those called `name`, which stands in it; None where they are fewer."""
        ...


@dataclass(slots=True)
class Node:
    """An element while its text is read: where it starts and what stands in it, by name and in order."""

    line: int
    column: int
    children: dict[str, list[Node]] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return self.line, self.column

    @property
    def names(self) -> Collection[str]:
        return self.children

    def child(self, name: str, index: int) -> Node | None:
        rows = self.children[name]
        return rows[index] if index < len(rows) else None


@dataclass(frozen=True, slots=True)
class Positions:
    """Where the elements of one text start."""

    root: Element

    def find(self, location: str) -> Place | None:
        """The place of `location`, or of the nearest element around it; None for no location at all."""
        if not location:
            return None
        nodes: Sequence[Element] = (self.root,)
        for name, index, call in _SEGMENT.findall(location)[1:]:
            inner = nodes if call else _step(nodes, name, int(index or 0))
            if not inner:
                break
            nodes = inner
        return nodes[0].place


def _step(nodes: Sequence[Element], name: str, index: int) -> Sequence[Element]:
    """The nodes named `name` at `index`; a primitive's value and its `_name` companion are one element."""
    found: list[Element] = []
    for node in nodes:
        names = node.names
        key = name if name in names else _choice(names, name)
        for each in (key, "_" + key):
            inner = node.child(each, index) if each in names else None
            if inner is not None:
                found.append(inner)
    return found


def _choice(names: Collection[str], name: str) -> str:
    for key in names:
        bare = key.removeprefix("_")
        if bare.startswith(name) and bare[len(name) : len(name) + 1].isupper():
            return bare
    return name
