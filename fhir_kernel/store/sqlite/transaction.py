"""Work under way, on the one connection that writes. Its methods never wait, so a thread can drive them."""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from fhir_kernel.errors import VersionConflict
from fhir_kernel.store.criteria import Found, Query
from fhir_kernel.store.records import Change, Document, Key, Version
from fhir_kernel.store.sqlite.encoding import microseconds, pack, unpack
from fhir_kernel.store.sqlite.hashes import hash_of
from fhir_kernel.store.sqlite.names import NewNames
from fhir_kernel.store.sqlite.reading import Reading
from fhir_kernel.store.sqlite.rows import Rows, marks_of, rows_of
from fhir_kernel.store.sqlite.texts import drop_phrases

_COLUMNS = {
    "token": ("sp", "hash", "res"),
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
_INSERT = {
    "resource": "INSERT INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "version": "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?)",
    "entry": "INSERT OR REPLACE INTO entry VALUES (?, ?)",
    **{
        table: f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * len(columns))})"
        for table, columns in _COLUMNS.items()
    },
}
_DELETE = {
    table: f"DELETE FROM {table} WHERE {' AND '.join(f'{each} = ?' for each in columns)}"
    for table, columns in _COLUMNS.items()
}


class _Known(NamedTuple):
    """What there is of a resource before a change."""

    res: int
    number: int
    live: int


class SqliteTransaction:
    """Implements fhir_kernel.store.base.Transaction."""

    def __init__(self, reading: Reading, names: NewNames) -> None:
        self._reading, self._names = reading, names
        self._connection: sqlite3.Connection = reading.connection

    async def read(self, key: Key) -> Version | None:
        """The current version, which may be a deletion."""
        return self._reading.current(key)

    async def read_many(self, keys: Sequence[Key]) -> Mapping[Key, Version]:
        """The current versions of those that exist and are not deleted."""
        return self._reading.current_many(keys)

    async def search(self, query: Query) -> Found:
        """A page of what meets the query."""
        return self._reading.search(query)

    async def load(self, collection: str, name: str) -> Document | None:
        """A document by its name."""
        return self._reading.load(collection, name)

    async def write(self, changes: Sequence[Change]) -> None:
        """New versions with all that they are found by. Raises VersionConflict."""
        rows: Rows = defaultdict(list)
        collected: set[Key] = set()
        for change in changes:
            if change.version.key in collected:
                self._insert(rows)
                rows.clear()
                collected.clear()
            collected.add(change.version.key)
            self._write(change, rows)
        self._insert(rows)

    async def save(self, collection: str, name: str, document: Document | None) -> None:
        """Put a document in the place of the one of this name; None removes it."""
        if document is None:
            self._connection.execute("DELETE FROM document WHERE collection = ? AND name = ?", (collection, name))
        else:
            self._connection.execute(
                "INSERT OR REPLACE INTO document VALUES (?, ?, ?)", (collection, name, orjson.dumps(document))
            )

    async def append(self, log: str, documents: Sequence[Document]) -> None:
        """Add to a log, numbered on."""
        last = self._connection.execute("SELECT max(number) FROM log WHERE log = ?", (log,)).fetchone()[0] or 0
        self._connection.executemany(
            "INSERT INTO log VALUES (?, ?, ?)",
            [(log, number, orjson.dumps(each)) for number, each in enumerate(documents, start=last + 1)],
        )

    def reindex(self, changes: Sequence[Change]) -> None:
        """Replace what current versions are found by; others are passed over."""
        for change in changes:
            known = self._known(change.version.key)
            if known is not None and known.live and known.number == change.version.number:
                rows: Rows = defaultdict(list)
                present = self._index(change, known.res, known.live, rows)
                self._insert(rows)
                self._connection.execute("UPDATE resource SET present = ? WHERE res = ?", (present, known.res))

    def _known(self, key: Key) -> _Known | None:
        row = self._connection.execute(
            "SELECT res, number, live FROM resource WHERE type = ? AND id = ?", (self._names.type(key.type), key.id)
        ).fetchone()
        return None if row is None else _Known(*row)

    def _write(self, change: Change, rows: Rows) -> None:
        version, known = change.version, self._known(change.version.key)
        expected = 1 if known is None else known.number + 1
        if version.number != expected:
            raise VersionConflict(f"{version.key}: version {version.number} was to be written, but {expected} is next")
        res = self._names.new_resource(version.key) if known is None else known.res
        type_, seq = self._names.type_number(version.key.type), self._names.next_version()
        updated = microseconds(version.updated)
        rows["version"].append((seq, res, type_, version.number, updated, version.method, version.body))
        present = self._index(change, res, 0 if known is None else known.live, rows)
        state = (version.number, not version.is_deleted, updated, seq, present)
        if known is None:
            rows["resource"].append((res, type_, version.key.id, *state))
        else:
            self._connection.execute(
                "UPDATE resource SET number = ?, live = ?, updated = ?, seq = ?, present = ? WHERE res = ?",
                (*state, res),
            )

    def _index(self, change: Change, res: int, live: int, rows: Rows) -> str:
        """Take away the rows that the resource has no more, and collect those that it is to have; gives its marks."""
        type_, values = change.version.key.type, {} if change.version.is_deleted else change.values
        entries, kept = pack(values), self._entries(res) if live else None
        if entries != kept:
            new = rows_of(type_, res, values, self._names)
            if kept is not None:
                old = rows_of(type_, res, unpack(kept), self._names)
                self._delete(_without(old, new))
                new = _without(new, old)
            for table, found in new.items():
                rows[table].extend(found)
            if not change.version.is_deleted:
                rows["entry"].append((res, entries))
        if change.version.is_deleted:
            self._connection.execute("DELETE FROM entry WHERE res = ?", (res,))
        return marks_of(type_, values, self._names)

    def _entries(self, res: int) -> bytes | None:
        row = self._connection.execute("SELECT entries FROM entry WHERE res = ?", (res,)).fetchone()
        return None if row is None else row[0]

    def _insert(self, rows: Mapping[str, list[tuple[Any, ...]]]) -> None:
        for table, found in rows.items():
            if table in _INSERT:
                self._connection.executemany(_INSERT[table], found)
        self._phrases("s", [text for (text,) in rows.get("phrase", ())])
        passages = rows.get("passage", ())
        self._phrases("x", [text for _, _, text in passages])
        self._connection.executemany(
            "INSERT OR IGNORE INTO passage SELECT ?, ?, id FROM phrase WHERE hash = ?",
            [(res, sp, hash_of("x", text)) for res, sp, text in passages],
        )

    def _phrases(self, kind: str, texts: Iterable[str]) -> None:
        """Texts of strings stay for good, those of passages go with the last of them; so they are told apart."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO phrase (hash, text) VALUES (?, ?)", [(hash_of(kind, text), text) for text in texts]
        )

    def _delete(self, rows: Rows) -> None:
        for table, found in rows.items():
            if table in _DELETE:
                self._connection.executemany(_DELETE[table], found)
        for res, sp, text in rows.get("passage", ()):
            ids = self._connection.execute("SELECT id FROM phrase WHERE hash = ?", (hash_of("x", text),)).fetchall()
            for (phrase,) in ids:
                self._connection.execute(
                    "DELETE FROM passage WHERE res = ? AND sp = ? AND phrase = ?", (res, sp, phrase)
                )
                drop_phrases(self._connection, [phrase])


def _without(rows: Rows, others: Rows) -> Rows:
    return defaultdict(list, {table: list({*found}.difference(others[table])) for table, found in rows.items()})
