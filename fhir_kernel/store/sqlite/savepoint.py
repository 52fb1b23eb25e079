"""What one piece of work writes outside of the rows that are collected, so that it can be undone alone.

https://www.sqlite.org/lang_savepoint.html: most work collects rows only, and needs no savepoint.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any


class Savepoint:
    """Set when work first writes. Between pieces of work there is none, and what is written is written for good."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._in_work = self._is_set = False

    def begin(self) -> None:
        """What follows can be undone alone."""
        self._in_work, self._is_set = True, False

    def end(self) -> None:
        """It stands, as far as the transaction does."""
        if self._is_set:
            self._connection.execute("RELEASE work")
        self._in_work = self._is_set = False

    def undo(self) -> None:
        """As if it had never begun."""
        if self._is_set:
            self._connection.execute("ROLLBACK TO work")
        self.end()

    def forget(self) -> None:
        """The transaction has been undone, and the savepoint with it."""
        self._in_work = self._is_set = False

    def write(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Execute a statement that changes something."""
        self._set()
        return self._connection.execute(statement, values)

    def write_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Execute such a statement for each of the rows."""
        self._set()
        self._connection.executemany(statement, rows)

    def _set(self) -> None:
        if self._in_work and not self._is_set:
            self._connection.execute("SAVEPOINT work")
            self._is_set = True
