"""Inserting many rows with few statements.

A thread lets go of the interpreter for each step of a statement, and waits until another thread lets go of it again: so
rows that are inserted one by one wait as often, while those of one statement are inserted beside what others do.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

Write = Callable[[str, Sequence[Any]], sqlite3.Cursor]
_SIZES = (256, 64, 16, 4, 1)
"""Rows of a statement; few sizes, so that each statement is prepared once."""


class Insert:
    """Inserts rows of so many columns; `head` and `tail` are all before and after what begins with VALUES."""

    def __init__(self, head: str, columns: int, tail: str = "") -> None:
        row = f"({', '.join('?' * columns)})"
        self._statements = tuple((size, f"{head} VALUES {', '.join([row] * size)}{tail}") for size in _SIZES)

    def run(self, write: Write, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert the rows in their order, by statements that `write` executes."""
        done = 0
        for size, statement in self._statements:
            while len(rows) - done >= size:
                write(statement, tuple(chain.from_iterable(rows[done : done + size])))
                done += size
