"""A sorted set of positions, kept as the runs of consecutive numbers in it.

What lies below a concept in the order of the hierarchy (https://hl7.org/fhir/R4/codesystem.html#hierarchy) is mostly a
few long runs, so that a set of 300,000 concepts is as cheap as one of ten.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain
from operator import sub
from typing import Final, final

_NEAR: Final = 1_000
"""Pages that begin before this many members are found from the start."""
_UNEVEN: Final = 16
"""From this ratio of sizes on, it is quicker to look up each run of the smaller set than to walk through both."""


@final
class Runs:
    """An immutable set of positions, iterated in ascending order.

    The runs are half-open, ascending, and neither overlap nor touch: two sets are equal when their runs are.
    """

    __slots__ = ("_before", "_ends", "_size", "_starts")

    def __init__(self, starts: Sequence[int], ends: Sequence[int], size: int | None = None) -> None:
        """Take, without a copy, runs that ascend, are not empty and do not touch. `of` and `from_runs` make them.

        `size` is how many positions they hold, where that is known.
        """
        self._starts, self._ends = starts, ends
        self._before: Sequence[int] | None = None
        self._size = sum(ends) - sum(starts) if size is None else size

    @classmethod
    def of(cls, positions: Iterable[int]) -> Runs:
        """The set of `positions`, which may come in any order and more than once."""
        return cls.of_sorted(sorted(set(positions)))

    @classmethod
    def of_sorted(cls, positions: Sequence[int]) -> Runs:
        """The set of `positions`, which ascend and do not repeat."""
        if not positions:
            return EMPTY
        if positions[-1] - positions[0] == len(positions) - 1:
            return cls.between(positions[0], positions[-1] + 1)
        starts, ends = array("I", positions[:1]), array("I")
        last = positions[0]
        for each in positions:
            if each > last + 1:
                ends.append(last + 1)
                starts.append(each)
            last = each
        ends.append(last + 1)
        return cls(starts, ends)

    @classmethod
    def of_marks(cls, marks: bytearray) -> Runs:
        """The positions at which `marks` is 1; it is 0 everywhere else."""
        starts, ends = array("I"), array("I")
        start = marks.find(1)
        while start != -1:
            end = marks.find(0, start)
            starts.append(start)
            ends.append(len(marks) if end == -1 else end)
            start = marks.find(1, end) if end != -1 else -1
        return cls(starts, ends) if starts else EMPTY

    @classmethod
    def between(cls, start: int, end: int) -> Runs:
        """All positions from `start` to before `end`; none where that is no way forward."""
        return cls((start,), (end,)) if start < end else EMPTY

    @classmethod
    def from_runs(cls, runs: Iterable[tuple[int, int]]) -> Runs:
        """What lies in any of the half-open `runs`, which may come in any order, overlap, and be empty."""
        return _joined(sorted(each for each in runs if each[0] < each[1]))

    def __len__(self) -> int:
        return self._size

    def __bool__(self) -> bool:
        return self._size > 0

    def __contains__(self, position: object) -> bool:
        if not isinstance(position, int):
            return False
        index = bisect_right(self._starts, position)
        return index > 0 and position < self._ends[index - 1]

    def __iter__(self) -> Iterator[int]:
        return chain.from_iterable(map(range, self._starts, self._ends))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Runs):
            return NotImplemented
        return (
            self._size == other._size
            and len(self._starts) == len(other._starts)
            and all(map(int.__eq__, self._starts, other._starts))
            and all(map(int.__eq__, self._ends, other._ends))
        )

    def __hash__(self) -> int:
        return hash((self._size, len(self._starts), *self._starts[:1], *self._ends[-1:]))

    def __repr__(self) -> str:
        shown = ", ".join(f"{start}–{end - 1}" for start, end in list(self.runs())[:5])
        return f"<Runs of {self._size}: {shown}{', …' if len(self._starts) > 5 else ''}>"

    def runs(self) -> Iterator[tuple[int, int]]:
        """The half-open runs in ascending order."""
        return zip(self._starts, self._ends, strict=True)

    def page(self, offset: int, count: int) -> list[int]:
        """At most `count` positions, from the one with `offset` smaller ones before it on."""
        found: list[int] = []
        if count <= 0 or not 0 <= offset < self._size:
            return found
        index, start = self._place(offset)
        while True:
            found.extend(range(start, min(self._ends[index], start + count - len(found))))
            index += 1
            if len(found) == count or index == len(self._starts):
                return found
            start = self._starts[index]

    def _place(self, offset: int) -> tuple[int, int]:
        """The run and the position in it with `offset` smaller members before it."""
        if self._before is None and offset < _NEAR:  # the first pages are asked for most: no need to count all
            for index, (start, end) in enumerate(self.runs()):
                if offset < end - start:
                    return index, start + offset
                offset -= end - start
        before = self._counted()
        index = bisect_right(before, offset) - 1
        return index, self._starts[index] + offset - before[index]

    def rank(self, position: int) -> int:
        """How many members are smaller than `position`."""
        index = bisect_right(self._starts, position) - 1
        if index < 0:
            return 0
        return self._counted()[index] + min(position, self._ends[index]) - self._starts[index]

    def isdisjoint(self, other: Runs) -> bool:
        """Whether no position is in both."""
        return not self & other

    def __or__(self, other: Runs) -> Runs:
        if not self._size or not other._size:
            return self if self._size else other
        return _joined(sorted(chain(self.runs(), other.runs())))

    def __and__(self, other: Runs) -> Runs:
        few, many = (self, other) if len(self._starts) <= len(other._starts) else (other, self)
        if not few._size:
            return EMPTY
        if len(few._starts) * _UNEVEN < len(many._starts):
            return _common_by_lookup(few, many._starts, many._ends)
        return _common_by_walk(few, many)

    def __sub__(self, other: Runs) -> Runs:
        if not self._size or not other._size:
            return self
        return self & other._complement(self._ends[-1])

    def _complement(self, end: int) -> Runs:
        """What lies before `end` and is not in the set."""
        starts, ends = [0, *self._ends], [*self._starts, end]
        if starts[-1] >= end:
            keep = bisect_left(starts, end)
            del starts[keep:], ends[keep:]
            if starts:
                ends[-1] = min(ends[-1], end)
        if ends and starts[0] == ends[0]:
            del starts[0], ends[0]
        return Runs(starts, ends) if starts else EMPTY

    def _counted(self) -> Sequence[int]:
        """How many members stand before each run; counted when first asked for."""
        if self._before is None:
            sizes = map(sub, self._ends, self._starts)
            self._before = array("I", list(accumulate(sizes, initial=0))[:-1])
        return self._before


def _joined(runs: Sequence[tuple[int, int]]) -> Runs:
    """The set of `runs`, which ascend by their starts and are not empty."""
    if not runs:
        return EMPTY
    starts, ends = array("I", [runs[0][0]]), array("I")
    reached = runs[0][1]
    for start, end in runs:
        if start > reached:
            ends.append(reached)
            starts.append(start)
            reached = end
        elif end > reached:
            reached = end
    ends.append(reached)
    return Runs(starts, ends)


def _common_by_walk(one: Runs, other: Runs) -> Runs:
    """The intersection, by one walk through the runs of both."""
    starts, ends = array("I"), array("I")
    left, right = one.runs(), other.runs()
    try:
        start, end = next(left)
        other_start, other_end = next(right)
        while True:
            if end <= other_start:
                start, end = next(left)
            elif other_end <= start:
                other_start, other_end = next(right)
            else:
                starts.append(start if start > other_start else other_start)
                if end < other_end:
                    ends.append(end)
                    start, end = next(left)
                else:
                    ends.append(other_end)
                    other_start, other_end = next(right)
    except StopIteration:
        return Runs(starts, ends) if starts else EMPTY


def _common_by_lookup(few: Runs, starts: Sequence[int], ends: Sequence[int]) -> Runs:
    """The intersection with the many runs of `starts` and `ends`, by a search for each of the few."""
    found_starts, found_ends = array("I"), array("I")
    for start, end in few.runs():
        first, last = bisect_right(ends, start), bisect_left(starts, end)
        if first == last:
            continue
        found_starts.append(max(start, starts[first]))
        found_starts.extend(starts[first + 1 : last])
        found_ends.extend(ends[first : last - 1])
        found_ends.append(min(end, ends[last - 1]))
    return Runs(found_starts, found_ends) if found_starts else EMPTY


EMPTY: Final = Runs((), ())
