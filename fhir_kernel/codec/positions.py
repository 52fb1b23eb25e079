"""Line and column of every element of a text, found by its FHIRPath location.

Made only when there is something to report. Works without the model: lists are seen in the text, and a choice element
is found as `value` and as `valueQuantity`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

Place: TypeAlias = tuple[int, int]
"""Line and column, both from 1."""

_SEGMENT = re.compile(r"\.?(?P<name>[A-Za-z_][A-Za-z0-9_\-]*)(?:\[(?P<index>[0-9]+)\])?(?P<call>\([^)]*\))?")


@dataclass(slots=True)
class Node:
    """An element while its text is read: where it starts and what stands in it, by name and in order."""

    line: int
    column: int
    children: dict[str, list[Node]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Positions:
    """Where the elements of one text start."""

    root: Node

    def find(self, location: str) -> Place | None:
        """The place of `location`, or of the nearest element around it; None for no location at all."""
        if not location:
            return None
        nodes = [self.root]
        for name, index in _segments(location):
            inner = _step(nodes, name, index)
            if not inner:
                break
            nodes = inner
        return nodes[0].line, nodes[0].column


def _segments(location: str) -> Iterator[tuple[str, int]]:
    for match in list(_SEGMENT.finditer(location))[1:]:
        if not match["call"]:
            yield match["name"], int(match["index"] or 0)


def _step(nodes: list[Node], name: str, index: int) -> list[Node]:
    """The nodes named `name` at `index`; a primitive's value and its `_name` companion are one element."""
    found: list[Node] = []
    for node in nodes:
        key = name if name in node.children else _choice(node, name)
        for each in (key, "_" + key):
            rows = node.children.get(each, [])
            if index < len(rows):
                found.append(rows[index])
    return found


def _choice(node: Node, name: str) -> str:
    for key in node.children:
        bare = key.removeprefix("_")
        if bare.startswith(name) and bare[len(name) : len(name) + 1].isupper():
            return bare
    return name
