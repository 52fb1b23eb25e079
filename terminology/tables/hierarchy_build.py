"""Puts rows with parents into the order of a hierarchy (https://hl7.org/fhir/R4/codesystem.html#hierarchy)."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat

from terminology.tables.hierarchy import NONE, Hierarchy, Lists


@dataclass(frozen=True, slots=True)
class BuiltHierarchy:
    """The hierarchy of rows, and what of them it does not hold."""

    order: Sequence[int]
    """By position, the number of the row."""
    hierarchy: Hierarchy
    dropped: tuple[tuple[int, int], ...]
    """Rows, each with the parent it was not given because it is below the row, or is the row: (row, parent)."""


def build_hierarchy(parents: Sequence[Sequence[int]]) -> BuiltHierarchy:
    """The hierarchy of rows of which each has the given parents, by their numbers, the primary one first.

    Roots and siblings keep the order of the rows. In a cycle the parent is dropped that closes it when one follows the
    parents from the first row on; where that is a primary parent, the next one takes its place.
    """
    if not any(parents):
        return BuiltHierarchy(range(len(parents)), Hierarchy.flat(len(parents)), ())
    dropped: tuple[tuple[int, int], ...] = ()
    parents_first: Sequence[int] = range(len(parents))
    if not _stand_in_order(parents):
        parents_first, dropped = _parents_first(parents)
    cut = _without(parents, dropped)
    order = _pre_order(cut)
    return BuiltHierarchy(order, _hierarchy(cut, order, parents_first), dropped)


def _stand_in_order(parents: Sequence[Sequence[int]]) -> bool:
    """Whether every parent stands before its children, so that there can be no cycle."""
    return all(max(above) < row for row, above in enumerate(parents) if above)


def _parents_first(parents: Sequence[Sequence[int]]) -> tuple[Sequence[int], tuple[tuple[int, int], ...]]:
    """The rows, each after its parents, and the (row, parent) that must be dropped for that."""
    order, dropped = array("I"), []
    state = bytearray(len(parents))  # 0 not seen, 1 on the path that is being followed, 2 in order
    for first in range(len(parents)):
        if state[first]:
            continue
        state[first] = 1
        path: list[tuple[int, Iterator[int]]] = [(first, iter(parents[first]))]
        while path:
            row, rest = path[-1]
            parent = next(rest, None)
            if parent is None:
                state[row] = 2
                order.append(row)
                path.pop()
            elif state[parent] == 1:
                dropped.append((row, parent))
            elif not state[parent]:
                state[parent] = 1
                path.append((parent, iter(parents[parent])))
    return order, tuple(dict.fromkeys(dropped))


def _without(parents: Sequence[Sequence[int]], dropped: Sequence[tuple[int, int]]) -> Sequence[Sequence[int]]:
    """The parents without those dropped, and each once."""
    cut = list(parents)
    for row, parent in dropped:
        cut[row] = [each for each in cut[row] if each != parent]
    for row, above in enumerate(cut):
        if len(above) > 1 and len(set(above)) < len(above):
            cut[row] = list(dict.fromkeys(above))
    return cut


def _pre_order(parents: Sequence[Sequence[int]]) -> Sequence[int]:
    """The rows, each followed by those of which it is the primary parent, and what is below them."""
    size = len(parents)
    first_child, next_sibling = array("I", repeat(NONE, size)), array("I", repeat(NONE, size))
    first_root = NONE
    for row in range(size - 1, -1, -1):
        if above := parents[row]:
            next_sibling[row] = first_child[above[0]]
            first_child[above[0]] = row
        else:
            next_sibling[row] = first_root
            first_root = row
    order, waiting = array("I"), [first_root]
    while waiting:
        row = waiting.pop()
        order.append(row)
        if (sibling := next_sibling[row]) != NONE:
            waiting.append(sibling)
        if (child := first_child[row]) != NONE:
            waiting.append(child)
    return order


def _hierarchy(parents: Sequence[Sequence[int]], order: Sequence[int], parents_first: Sequence[int]) -> Hierarchy:
    place = array("I", bytes(4 * len(order)))
    for position, row in enumerate(order):
        place[row] = position
    primary = array("I", (place[parents[row][0]] if parents[row] else NONE for row in order))
    ends = _ends(primary)
    further: dict[int, list[int]] = {}
    for position, row in enumerate(order):
        if len(above := parents[row]) > 1:
            further[position] = [place[each] for each in above[1:]]
    if not further:
        return Hierarchy(ends, primary)
    extra_of, extra = _extra(primary, ends, further, (place[row] for row in parents_first))
    lists = Lists.of(further.get(position, ()) for position in range(len(order)))
    return Hierarchy(ends, primary, lists, _turned(further, len(order)), extra_of, extra)


def _ends(primary: Sequence[int]) -> Sequence[int]:
    size = len(primary)
    ends = array("I", range(1, size + 1))
    for position in range(size - 1, -1, -1):
        above = primary[position]
        if above != NONE and ends[above] < ends[position]:
            ends[above] = ends[position]
    return ends


def _turned(further: dict[int, list[int]], size: int) -> Lists:
    """By position, whose further parent it is."""
    children: dict[int, list[int]] = {}
    for child, above in further.items():
        for parent in above:
            children.setdefault(parent, []).append(child)
    return Lists.of(children.get(position, ()) for position in range(size))


def _extra(
    primary: Sequence[int], ends: Sequence[int], further: dict[int, list[int]], parents_first: Iterator[int]
) -> tuple[Sequence[int], Lists]:
    """The number of the list of extra ancestors by position, and the lists.

    A concept without further parents shares the list of its parent.
    """
    numbers: dict[tuple[int, ...], int] = {(): 0}
    lists: list[tuple[int, ...]] = [()]
    extra_of = array("I", bytes(4 * len(primary)))
    for position in parents_first:
        above = primary[position]
        inherited = extra_of[above] if above != NONE else 0
        if position in further:
            candidates = {*lists[inherited], *further[position]}
            for each in further[position]:
                candidates.update(lists[extra_of[each]])
            least = _least(position, candidates, ends)
            inherited = numbers.setdefault(least, len(lists))
            if inherited == len(lists):
                lists.append(least)
        extra_of[position] = inherited
    return extra_of, Lists.of(lists)


def _least(position: int, candidates: set[int], ends: Sequence[int]) -> tuple[int, ...]:
    """The candidates below which, by primary parents, lies neither another one nor `position`."""
    ascending = sorted({*candidates, position})
    least = [each for each, after in pairwise(ascending) if ends[each] <= after]
    least.append(ascending[-1])
    return tuple(each for each in least if each != position)
