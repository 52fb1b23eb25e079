"""Functions that SQL calls: distances, and what only the entries of a resource can tell.

https://www.sqlite.org/appfunc.html
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from fhir_kernel.store.evaluate import distance, order_of
from fhir_kernel.store.sqlite.encoding import unpack
from fhir_kernel.store.values import Value

Predicate = Callable[[Value], bool]


class Predicates:
    """Tests of values that no table can tell, or not as quickly, by the number that SQL knows them by."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._predicates: dict[int, Predicate] = {}
        connection.create_function("any_value", 3, self._any_value)

    def number(self, predicate: Predicate) -> int:
        """The number of a predicate, until they are cleared."""
        number = len(self._predicates)
        self._predicates[number] = predicate
        return number

    def clear(self) -> None:
        """Forget all: the query is done."""
        self._predicates.clear()

    def _any_value(self, entries: bytes | None, code: str, number: int) -> bool:
        """Whether a value of a parameter passes."""
        values = () if entries is None else unpack(entries, (code,)).get(code, ())
        return any(map(self._predicates[number], values))


def add_functions(connection: sqlite3.Connection) -> None:
    """Make `metres` and `order_value` known to the connection."""
    connection.create_function("metres", 4, distance, deterministic=True)
    connection.create_function("order_value", 3, order_value, deterministic=True)


def order_value(entries: bytes | None, code: str, descending: int) -> str | int | float | None:
    """What a resource is put in order by, as fhir_kernel.store.evaluate has it."""
    if entries is None:
        return None
    values = unpack(entries, (code,)).get(code, ())
    found = [each for value in values if (each := order_of(value)) is not None]
    if not found:
        return None
    ranked = max if descending else min
    return ranked(found, key=lambda each: (isinstance(each, str), each))
