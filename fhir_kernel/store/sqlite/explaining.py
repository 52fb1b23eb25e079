"""How SQLite carries out a search: each statement with its plan (https://www.sqlite.org/eqp.html)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence, Set
from typing import Any

from fhir_kernel.store.questions import Question, shown


class Recorder:
    """A connection that remembers what it was asked, once for each statement."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._asked: dict[str, Sequence[Any]] = {}

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> sqlite3.Cursor:
        """Ask and remember."""
        self._asked.setdefault(sql, parameters)
        return self._connection.execute(sql, parameters)

    def set_progress_handler(self, progress_handler: Callable[[], int] | None, /, n: int) -> None:
        """As of the connection."""
        self._connection.set_progress_handler(progress_handler, n)

    def questions(self, sent: Set[Any]) -> list[Question]:
        """What was asked, with the values that were sent and none else."""
        return [
            Question(sql, tuple(self._plan(sql, values)), tuple(shown(each, sent) for each in values))
            for sql, values in self._asked.items()
        ]

    def _plan(self, sql: str, values: Sequence[Any]) -> Iterator[str]:
        depths = {0: -1}
        for number, parent, _, detail in self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", values):
            depths[number] = depths[parent] + 1
            yield "  " * depths[number] + detail
