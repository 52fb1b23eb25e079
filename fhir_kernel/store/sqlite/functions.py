"""Functions that SQL calls: distances, and what only the entries of a resource can tell.

https://www.sqlite.org/appfunc.html
"""

from __future__ import annotations

import sqlite3

from fhir_kernel.store.evaluate import distance, order_of
from fhir_kernel.store.sqlite.encoding import unpack
from fhir_kernel.store.sqlite.hashes import token_hashes
from fhir_kernel.store.values import TokenValue


class HashSets:
    """Sets of hashes that are too large to be looked up one by one, by the number that SQL knows them by."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sets: dict[int, frozenset[int]] = {}
        connection.create_function("holds_token", 3, self._holds_token)

    def number(self, hashes: frozenset[int]) -> int:
        """The number of a set, until they are cleared."""
        number = len(self._sets)
        self._sets[number] = hashes
        return number

    def clear(self) -> None:
        """Forget all sets: the query is done."""
        self._sets.clear()

    def _holds_token(self, entries: bytes | None, code: str, number: int) -> bool:
        """Whether a token of a parameter has one of the hashes of a set."""
        values = () if entries is None else unpack(entries, (code,)).get(code, ())
        hashes = self._sets[number]
        return any(each in hashes for value in values if isinstance(value, TokenValue) for each in token_hashes(value))


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
