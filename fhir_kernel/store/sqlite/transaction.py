"""Work under way, on the one connection that writes. Its methods never wait, so a thread can drive them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from fhir_kernel.errors import VersionConflict
from fhir_kernel.store.criteria import Found, Query
from fhir_kernel.store.records import Change, Document, Key, Version
from fhir_kernel.store.sqlite.deadline import Timed
from fhir_kernel.store.sqlite.encoding import microseconds, pack, unpack
from fhir_kernel.store.sqlite.names import NewNames
from fhir_kernel.store.sqlite.pending import Pending
from fhir_kernel.store.sqlite.reading import Reading
from fhir_kernel.store.sqlite.rows import Rows, marks_of, rows_of
from fhir_kernel.store.sqlite.savepoint import Savepoint
from fhir_kernel.store.sqlite.texts import BATCH, add_batch, waiting
from fhir_kernel.store.values import Value


class _Known(NamedTuple):
    """What there is of a resource before a change."""

    res: int
    number: int
    live: int


class SqliteTransaction:
    """Implements fhir_kernel.store.base.Transaction, for one piece of work after the other."""

    def __init__(self, connection: sqlite3.Connection, many: int | None, seconds: float) -> None:
        """`seconds`: what one search may take."""
        self._connection, self._savepoint = connection, Savepoint(connection)
        self._names = NewNames(connection, self._savepoint)
        self._reading, self._timed = Reading(connection, self._names, many), Timed(connection, seconds)
        self._reading.is_over = self._timed.has_passed
        self._pending = Pending(connection, self._savepoint)
        self._last_entries: dict[str, int] = {}

    async def read(self, key: Key) -> Version | None:
        """The current version, which may be a deletion."""
        self._settle(key)
        return self._reading.current(key)

    async def read_many(self, keys: Sequence[Key], *, deleted: bool = False) -> Mapping[Key, Version]:
        """The current versions of those that exist; `deleted`: of those that have been deleted too."""
        for key in keys:
            self._settle(key)
        return self._reading.current_many(keys, deleted=deleted)

    async def search(self, query: Query) -> Found:
        """A page of what meets the query. Raises LimitExceeded."""
        self._pending.insert()
        with self._timed.search():
            return self._reading.search(query)

    async def load(self, collection: str, name: str) -> Document | None:
        """A document by its name."""
        return self._reading.load(collection, name)

    async def loaded(self, collection: str, names: Iterable[str]) -> Mapping[str, Document]:
        """The documents of these names that there are."""
        return self._reading.loaded(collection, names)

    async def listed(
        self, collection: str, *, prefix: str = "", after: str = "", count: int | None = None
    ) -> Sequence[tuple[str, Document]]:
        """Documents in the order of their names."""
        return self._reading.listed(collection, prefix, after, count)

    async def write(self, changes: Sequence[Change]) -> None:
        """New versions with all that they are found by. Raises VersionConflict."""
        for change in changes:
            self._settle(change.version.key)
            self._write(change)
            self._pending.keys[change.version.key] = None

    async def save(self, collection: str, name: str, document: Document | None) -> None:
        """Put a document in the place of the one of this name; None removes it."""
        if document is None:
            self._savepoint.write("DELETE FROM document WHERE collection = ? AND name = ?", (collection, name))
        else:
            self._savepoint.write(
                "INSERT OR REPLACE INTO document VALUES (?, ?, ?)", (collection, name, orjson.dumps(document))
            )

    async def append(self, log: str, documents: Sequence[Document]) -> None:
        """Add to a log, numbered on."""
        if (last := self._last_entries.get(log)) is None:
            last = self._connection.execute("SELECT max(number) FROM log WHERE log = ?", (log,)).fetchone()[0] or 0
        entries = [(log, number, orjson.dumps(each)) for number, each in enumerate(documents, start=last + 1)]
        self._last_entries[log] = last + len(entries)
        self._pending.rows["log"].extend(entries)

    def put(self, statement: str, values: Sequence[Any]) -> None:
        """Write a row of a table that work does not read."""
        self._savepoint.write(statement, values)

    def reindex(self, changes: Sequence[Change]) -> None:
        """Replace what current versions are found by; others are passed over."""
        for change in changes:
            self._settle(change.version.key)
            known = self._known(change.version.key)
            if known is not None and known.live and known.number == change.version.number:
                present = self._index(change, known.res, known.live)
                self._savepoint.write("UPDATE resource SET present = ? WHERE res = ?", (present, known.res))
                self._pending.keys[change.version.key] = None

    @property
    def texts(self) -> int:
        """How many texts wait to be indexed, or more."""
        return self._pending.texts

    def index_texts(self) -> None:
        """Index the texts that have waited longest, if there are enough, in a transaction of their own."""
        if waiting(self._connection) >= BATCH:
            self._connection.execute("BEGIN IMMEDIATE")
            add_batch(self._connection)
            self._connection.execute("COMMIT")
        self._pending.texts = waiting(self._connection)

    def begin(self) -> None:
        """Take the lock of the file, so that what is read holds until the end."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._last_entries.clear()
        self._names.begin()

    def begin_work(self) -> None:
        """What follows can be undone alone."""
        self._savepoint.begin()
        self._pending.begin()

    def end_work(self) -> None:
        """It stands, as far as the transaction does."""
        self._savepoint.end()

    def undo_work(self) -> None:
        """As if it had never begun."""
        self._savepoint.undo()
        self._pending.undo()
        # Numbers that were given may be gone with it. What work before was given is still collected: insert it first.
        self._pending.insert()
        self._last_entries.clear()
        self._names.forget()

    def commit(self) -> None:
        """Make everything durable."""
        self._pending.insert()
        self._connection.execute("COMMIT")

    def undo(self) -> None:
        """As if nothing had begun; SQLite may have undone the transaction by itself."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self._savepoint.forget()
        self._pending.clear()
        self._names.forget()

    def _settle(self, key: Key) -> None:
        """Insert what was collected of a resource that is asked for, or changed once more."""
        if key in self._pending.keys:
            self._pending.insert()

    def _known(self, key: Key) -> _Known | None:
        row = self._connection.execute(
            "SELECT res, number, live FROM resource WHERE type = ? AND id = ?", (self._names.type(key.type), key.id)
        ).fetchone()
        return None if row is None else _Known(*row)

    def _write(self, change: Change) -> None:
        version, known, rows = change.version, self._known(change.version.key), self._pending.rows
        expected = 1 if known is None else known.number + 1
        if version.number != expected:
            raise VersionConflict(f"{version.key}: version {version.number} was to be written, but {expected} is next")
        res = self._names.new_resource(version.key) if known is None else known.res
        type_, seq = self._names.type_number(version.key.type), self._names.next_version()
        updated = microseconds(version.updated)
        rows["version"].append((seq, res, type_, version.number, updated, version.method, version.body))
        present = self._index(change, res, 0 if known is None else known.live)
        state = (version.number, not version.is_deleted, updated, seq, present)
        if known is None:
            rows["resource"].append((res, type_, version.key.id, *state))
        else:
            self._savepoint.write(
                "UPDATE resource SET number = ?, live = ?, updated = ?, seq = ?, present = ? WHERE res = ?",
                (*state, res),
            )

    def _index(self, change: Change, res: int, live: int) -> str:
        """Take away the rows that the resource has no more, and collect those that it is to have; gives its marks."""
        type_, values = change.version.key.type, {} if change.version.is_deleted else change.values
        entries, kept = pack(values), self._entries(res) if live else None
        if entries != kept:
            new = self._rows(type_, res, values)
            if kept is not None:
                old = self._rows(type_, res, unpack(kept))
                self._pending.delete(_without(old, new))
                new = _without(new, old)
            for table, found in new.items():
                self._pending.rows[table].extend(found)
            if not change.version.is_deleted:
                self._pending.rows["entry"].append((res, entries))
        if change.version.is_deleted:
            self._savepoint.write("DELETE FROM entry WHERE res = ?", (res,))
        return marks_of(type_, values, self._names)

    def _rows(self, resource_type: str, res: int, values: Mapping[str, Sequence[Value]]) -> Rows:
        """The rows of a resource; those of resources that it is the first to refer to are collected."""
        rows = rows_of(resource_type, res, values, self._names)
        for key, row in self._names.take_new().items():
            self._pending.rows["resource"].append(row)
            self._pending.keys[key] = None
        return rows

    def _entries(self, res: int) -> bytes | None:
        row = self._connection.execute("SELECT entries FROM entry WHERE res = ?", (res,)).fetchone()
        return None if row is None else row[0]


def _without(rows: Rows, others: Rows) -> Rows:
    return defaultdict(list, {table: list({*found}.difference(others[table])) for table, found in rows.items()})
