"""Rows to be inserted, collected so that each table is gone to once for many resources; and rows to be taken away.

Work sees its own rows, since whatever asks for them has them inserted first.
"""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from fhir_kernel.store.records import Key
from fhir_kernel.store.sqlite.hashes import hash_of
from fhir_kernel.store.sqlite.insert import Insert
from fhir_kernel.store.sqlite.rows import Rows
from fhir_kernel.store.sqlite.savepoint import Savepoint
from fhir_kernel.store.sqlite.texts import BATCH, drop_phrases

_COLUMNS = {
    "token": ("sp", "hash", "system", "res"),
    "exact": ("sp", "hash", "res"),
    "reference": ("sp", "target", "res"),
    "string": ("sp", "text", "res"),
    "span": ("sp", "unit", "low", "res"),
    "wide": ("sp", "unit", "high", "res"),
    "place": ("sp", "latitude", "longitude", "res"),
    "own": ("item", "sp", "low", "high"),
    "amount": (
        *("item", "sp", "low", "high", "system", "code", "unit"),
        *("canonical", "canonical_low", "canonical_high", "value"),
    ),
}
_INSERT: Mapping[str, Insert] = {
    "shown": Insert("INSERT OR IGNORE INTO shown", 4),
    "called": Insert("INSERT OR IGNORE INTO called", 3),
    "resource": Insert("INSERT INTO resource", 8),
    "version": Insert("INSERT INTO version", 7),
    "log": Insert("INSERT INTO log", 3),
    "entry": Insert("INSERT OR REPLACE INTO entry", 2),
    **{table: Insert(f"INSERT OR IGNORE INTO {table}", len(columns)) for table, columns in _COLUMNS.items()},
}
_PHRASE = Insert("INSERT OR IGNORE INTO phrase (hash, text)", 2)
_PASSAGE = Insert(
    "WITH v (res, sp, hash) AS (",
    3,
    ") INSERT OR IGNORE INTO passage SELECT v.res, v.sp, p.id FROM v CROSS JOIN phrase p ON p.hash = v.hash",
)
_DELETE = {
    table: f"DELETE FROM {table} WHERE {' AND '.join(f'{each} = ?' for each in columns)}"
    for table, columns in _COLUMNS.items()
}


class Pending:
    """Collects rows within one transaction of the file, in which many pieces of work follow each other."""

    def __init__(self, connection: sqlite3.Connection, savepoint: Savepoint) -> None:
        self._connection, self._savepoint = connection, savepoint
        self.rows: Rows = defaultdict(list)
        self.keys: dict[Key, None] = {}
        """The resources that the rows are of."""
        self.texts = BATCH
        """How many texts wait to be indexed, or more; at first it is not known."""
        self.begin()

    def begin(self) -> None:
        """Work begins: only what it adds from now on can be undone."""
        self._before = self.rows, {table: len(rows) for table, rows in self.rows.items()}, self.keys, len(self.keys)

    def undo(self) -> None:
        """Back to where work began; what was inserted since then the caller has undone."""
        rows, lengths, keys, most = self._before
        self.rows = defaultdict(list, {table: rows[table][:length] for table, length in lengths.items()})
        self.keys = dict.fromkeys(islice(keys, most))

    def clear(self) -> None:
        """Forget all: the transaction has been undone."""
        self.rows, self.keys = defaultdict(list), {}

    def insert(self) -> None:
        """Insert what was collected. What work before had collected is kept in mind, should this work be undone."""
        rows, self.rows, self.keys = self.rows, defaultdict(list), {}
        for table, found in rows.items():
            if table in _INSERT:
                _INSERT[table].run(self._savepoint.write, found)
        self._add_phrases("s", [text for (text,) in rows.get("phrase", ())])
        passages = rows.get("passage", ())
        self._add_phrases("x", [text for _, _, text in passages])
        _PASSAGE.run(self._savepoint.write, [(res, sp, hash_of("x", text)) for res, sp, text in passages])

    def delete(self, rows: Mapping[str, list[tuple[Any, ...]]]) -> None:
        """Take away rows of a resource that has none among those collected."""
        for table, found in rows.items():
            if table in _DELETE:
                self._savepoint.write_many(_DELETE[table], found)
        for res, sp, text in rows.get("passage", ()):
            ids = self._connection.execute("SELECT id FROM phrase WHERE hash = ?", (hash_of("x", text),)).fetchall()
            for (phrase,) in ids:
                self._savepoint.write("DELETE FROM passage WHERE res = ? AND sp = ? AND phrase = ?", (res, sp, phrase))
                drop_phrases(self._connection, [phrase])

    def _add_phrases(self, kind: str, texts: Iterable[str]) -> None:
        """Texts of strings stay for good, those of passages go with the last of them; so they are told apart."""
        rows = [(hash_of(kind, text), text) for text in dict.fromkeys(texts)]
        _PHRASE.run(self._savepoint.write, rows)
        self.texts += len(rows)
