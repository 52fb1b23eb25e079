"""Hierarchies that codes carry in themselves: the parent's code is the beginning of the child's, as in GB/T 2260."""

from __future__ import annotations

from collections.abc import Callable, Container


def parent_by_levels(codes: Container[str], levels: tuple[int, ...], padding: str) -> Callable[[str], tuple[str, ...]]:
    """Finds the parent of a code: its longest beginning of a length in `levels`, filled up with `padding`.

    Beginnings that are no code of the table are passed over, so that a gap in the table does not cut a branch off.
    """
    longest_first = tuple(reversed(levels))

    def parents(code: str) -> tuple[str, ...]:
        own = code.rstrip(padding) if padding else code
        for length in longest_first:
            if length < len(own):
                start = code[:length]
                parent = start + padding * (len(code) - length) if padding else start
                if parent != code and parent in codes:
                    return (parent,)
        return ()

    return parents
