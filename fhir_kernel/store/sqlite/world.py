"""What a translation may ask of the file while it is made."""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fhir_kernel.store.sqlite.deadline import STEPS
from fhir_kernel.store.sqlite.faults import primary_code
from fhir_kernel.store.sqlite.functions import Predicates
from fhir_kernel.store.sqlite.names import Names
from fhir_kernel.store.sqlite.sql import Asked, Sql


@dataclass(slots=True)
class World:
    """One connection, as long as one query is translated."""

    connection: Asked
    names: Names
    predicates: Predicates
    many: int
    """So many rows are found that it may be better to go through resources in order."""
    is_over: Callable[[], bool] | None = None
    """Whether the search has had its time, where it is to look itself, as a progress handler; it has but one."""
    _given: int = field(default=0)

    def alias(self, letter: str = "r") -> str:
        """A name for a table, or as `f` for what a SELECT has found, that no other of the query has."""
        self._given += 1
        return f"{letter}{self._given}"

    def units(self, sp: int) -> list[int]:
        """The units that a parameter has values in; the index is skipped along."""
        rows = self.connection.execute(
            "WITH RECURSIVE each (unit) AS (SELECT min(unit) FROM span WHERE sp = ?1 UNION ALL "
            "SELECT (SELECT min(unit) FROM span WHERE sp = ?1 AND unit > each.unit) FROM each WHERE unit IS NOT NULL) "
            "SELECT unit FROM each WHERE unit IS NOT NULL",
            (sp,),
        )
        return [unit for (unit,) in rows]

    def codes_called(self, sp: int, unit: int) -> list[int]:
        """The codes of units that people read a unit for."""
        return [
            code for (code,) in self.connection.execute("SELECT code FROM called WHERE sp = ? AND unit = ?", (sp, unit))
        ]

    def systems(self, sp: int, hash_: int) -> list[int]:
        """The code systems of tokens with a hash; the index is skipped along."""
        rows = self.connection.execute(
            "WITH RECURSIVE each (system) AS (SELECT min(system) FROM token WHERE sp = ?1 AND hash = ?2 UNION ALL "
            "SELECT (SELECT min(system) FROM token WHERE sp = ?1 AND hash = ?2 AND system > each.system) FROM each "
            "WHERE system IS NOT NULL) SELECT system FROM each WHERE system IS NOT NULL",
            (sp, hash_),
        )
        return [system for (system,) in rows]

    def size(self, source: Sql, most: int) -> int:
        """How many rows a SELECT finds; no more than `most` are counted."""
        row = self.connection.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM ({source.text}) LIMIT ?)",
            (*source.values, most),
        ).fetchone()
        number: int = row[0]
        return number

    @contextmanager
    def within(self, steps: int | None) -> Iterator[None]:
        """Break off what takes more than so many thousand instructions of SQLite's machine; None: it may."""
        if steps is None:
            yield
            return
        left = iter(range(steps))
        is_over = self.is_over or _never
        self.connection.set_progress_handler(lambda: int(next(left, None) is None or is_over()), STEPS)
        try:
            yield
        except sqlite3.OperationalError as error:
            # With steps left it was somebody else who interrupted.
            if primary_code(error) != sqlite3.SQLITE_INTERRUPT or next(left, None) is not None:
                raise
        finally:
            self.connection.set_progress_handler(self.is_over, STEPS)


def _never() -> bool:
    return False
