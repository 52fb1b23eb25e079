"""Who is above whom among the concepts of a code system (https://hl7.org/fhir/R4/codesystem.html#hierarchy).

Each concept has at most one primary parent; along these the concepts are numbered in pre-order, so that what lies below
a concept in this tree is an interval. Where concepts have further parents, each also names the least concepts, its
`extra` ancestors, through whose intervals all its other ancestors are found.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from terminology.tables.runs import Runs

NONE: Final = 0xFFFFFFFF
"""The parent of a concept that has none."""


@dataclass(frozen=True, slots=True)
class Lists:
    """One list of positions for each of many numbers: that of `i` is `values[offsets[i]:offsets[i + 1]]`.

    `offsets` may be empty where all the lists are.
    """

    offsets: Sequence[int] = ()
    values: Sequence[int] = ()

    @classmethod
    def of(cls, lists: Iterable[Sequence[int]]) -> Lists:
        """The lists, in order."""
        offsets, values = array("I", [0]), array("I")
        for each in lists:
            values.extend(each)
            offsets.append(len(values))
        return cls(offsets, values) if values else cls()

    def between(self, start: int, end: int) -> Sequence[int]:
        """The lists of all numbers from `start` to before `end`, one after another."""
        return self.values[self.offsets[start] : self.offsets[end]] if self.values else ()


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The hierarchy of the concepts at positions 0 to `len(ends)` - 1; the sequences may lie in a mapped file."""

    ends: Sequence[int]
    """Before which position the subtree of each position ends that is below it by primary parents."""
    primary: Sequence[int] = ()
    """The primary parent of each position, or NONE; empty where no concept has a parent."""
    further_parents: Lists = Lists()
    """By position, the parents beyond the primary one."""
    further_children: Lists = Lists()
    """By position, the children of which it is not the primary parent, ascending."""
    extra_of: Sequence[int] = ()
    """By position, which list of `extra` it has; empty where all have the empty list, which is number 0."""
    extra: Lists = Lists()
    """Lists of extra ancestors, ascending; none lies in the subtree of another or above a concept it belongs to."""

    @classmethod
    def flat(cls, size: int) -> Hierarchy:
        """That of a code system whose concepts have no parents."""
        return cls(range(1, size + 1))

    def __len__(self) -> int:
        return len(self.ends)

    def subsumes(self, ancestor: int, descendant: int) -> bool:
        """Whether `ancestor` is `descendant` or above it."""
        end = self.ends[ancestor]
        if ancestor <= descendant < end:
            return True
        if not self.extra_of or not (number := self.extra_of[descendant]):
            return False
        values, stop = self.extra.values, self.extra.offsets[number + 1]
        index = bisect_left(values, ancestor, self.extra.offsets[number], stop)
        return index < stop and values[index] < end

    def descendants(self, position: int) -> Runs:
        """All that is below the concept, without itself."""
        start, end = position + 1, self.ends[position]
        waiting = [each for each in self.further_children.between(position, end) if not start <= each < end]
        if not waiting:
            return Runs.between(start, end)
        covered = bytearray(len(self.ends))
        covered[start:end] = b"\1" * (end - start)
        while waiting:
            child = waiting.pop()
            if not covered[child]:
                self._cover(child, covered, waiting)
        return Runs.of_marks(covered)

    def _cover(self, position: int, covered: bytearray, waiting: list[int]) -> None:
        """Mark the subtree of `position`; further children of what was not marked before are to be looked at."""
        end = self.ends[position]
        start = position
        while start != -1:
            stop = covered.find(1, start, end) if end > start + 1 else -1
            stop = end if stop == -1 else stop
            waiting.extend(self.further_children.between(start, stop))
            covered[start:stop] = b"\1" * (stop - start)
            start = covered.find(0, stop, end) if stop < end else -1

    def ancestors(self, position: int) -> Runs:
        """All that is above the concept, without itself."""
        found: set[int] = set()
        for lowest in (position, *self._extra(position)):
            above = lowest
            while above != NONE and above not in found:
                found.add(above)
                above = self._primary(above)
        found.discard(position)
        return Runs.of(found)

    def children(self, position: int) -> list[int]:
        """What is immediately below the concept, ascending."""
        children = self._siblings(position + 1, self.ends[position])
        further = self.further_children.between(position, position + 1)
        return sorted({*children, *further}) if further else children

    def parents(self, position: int) -> list[int]:
        """What is immediately above the concept, the primary parent first."""
        primary = self._primary(position)
        return [] if primary == NONE else [primary, *self.further_parents.between(position, position + 1)]

    def roots(self) -> list[int]:
        """The concepts that have no parent, ascending."""
        return self._siblings(0, len(self.ends))

    def is_leaf(self, position: int) -> bool:
        """Whether nothing is below the concept."""
        return self.ends[position] == position + 1 and not self.further_children.between(position, position + 1)

    def _siblings(self, first: int, end: int) -> list[int]:
        found = []
        while first < end:
            found.append(first)
            first = self.ends[first]
        return found

    def _primary(self, position: int) -> int:
        return self.primary[position] if self.primary else NONE

    def _extra(self, position: int) -> Sequence[int]:
        if not self.extra_of or not (number := self.extra_of[position]):
            return ()
        return self.extra.between(number, number + 1)
