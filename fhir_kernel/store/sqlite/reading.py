"""What can be read by one connection: versions, history, documents and logs; nothing here waits but for the disk."""

# ruff: noqa: S608 - SQL is put together from pieces of this package; values are always bound

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import isqrt
from typing import Any

import orjson

from fhir_kernel.store.contents import Content
from fhir_kernel.store.criteria import Criterion, Found, Query
from fhir_kernel.store.names import after_all_with
from fhir_kernel.store.questions import Question, sent_with
from fhir_kernel.store.records import Document, Key, Version
from fhir_kernel.store.sqlite.codes import codes_of
from fhir_kernel.store.sqlite.encoding import instant, microseconds
from fhir_kernel.store.sqlite.explaining import Recorder
from fhir_kernel.store.sqlite.functions import Predicates
from fhir_kernel.store.sqlite.names import Names
from fhir_kernel.store.sqlite.rows import KINDS
from fhir_kernel.store.sqlite.search import count, search
from fhir_kernel.store.sqlite.world import World
from fhir_kernel.store.values import TokenValue

_FEWEST = 500
"""So few rows are looked at in any case."""

_VERSION = "v.number, v.updated, v.method, v.body"


class Reading:
    """Reads by one connection; to be used by one thread at a time."""

    def __init__(self, connection: sqlite3.Connection, names: Names, many: int | None) -> None:
        self.connection, self.names, self._many = connection, names, many
        self.is_over: Callable[[], bool] | None = None
        """See World."""
        self._predicates = Predicates(connection)

    def current(self, key: Key) -> Version | None:
        """The current version, which may be a deletion."""
        row = self.connection.execute(
            f"SELECT {_VERSION} FROM resource r CROSS JOIN version v ON v.seq = r.seq WHERE r.type = ? AND r.id = ?",
            (self.names.type(key.type), key.id),
        ).fetchone()
        return None if row is None else _version(key, row)

    def current_many(self, keys: Sequence[Key], *, deleted: bool = False) -> Mapping[Key, Version]:
        """The current versions of those that exist; `deleted`: of those that have been deleted too."""
        found = ((key, self.current(key)) for key in dict.fromkeys(keys))
        return {key: each for key, each in found if each is not None and (deleted or not each.is_deleted)}

    def version(self, key: Key, number: int) -> Version | None:
        """One version of a resource."""
        row = self.connection.execute(
            f"SELECT {_VERSION} FROM resource r CROSS JOIN version v ON v.res = r.res AND v.number = ? "
            "WHERE r.type = ? AND r.id = ?",
            (number, self.names.type(key.type), key.id),
        ).fetchone()
        return None if row is None else _version(key, row)

    def history(
        self,
        resource_type: str | None,
        resource_id: str | None,
        since: datetime | None,
        until: datetime | None,
        before: int | None,
        most: int,
    ) -> Sequence[tuple[int, Version]]:
        """Versions, the newest first, each with its place."""
        where: list[tuple[str, Any]] = []
        if resource_type is not None and resource_id is not None:
            where.append(("v.res = ?", self.names.resource(Key(resource_type, resource_id))))
        elif resource_type is not None:
            where.append(("v.type = ?", self.names.type(resource_type)))
        if since is not None:
            # The first of them in the order of commits bounds the search where nothing newer fills the page.
            first = "(SELECT min(seq) FROM version INDEXED BY version_updated WHERE updated >= ?)"
            where += [(f"v.seq >= {first}", microseconds(since)), ("v.updated >= ?", microseconds(since))]
        if until is not None:
            where.append(("v.updated <= ?", microseconds(until)))
        if before is not None:
            where.append(("v.seq < ?", before))
        fits = " AND ".join(text for text, _ in where) or "1"
        rows = self.connection.execute(
            f"SELECT {_VERSION}, v.seq, r.type, r.id FROM version v CROSS JOIN resource r ON r.res = v.res "
            f"WHERE {fits} ORDER BY v.seq DESC LIMIT ?",
            (*(value for _, value in where), most),
        ).fetchall()
        return [(row[4], _version(Key(self.names.type_name(row[5]), row[6]), row)) for row in rows]

    def search(self, query: Query) -> Found:
        """A page of what meets the query, all of it as of one moment."""
        if self.connection.in_transaction:
            return search(query, self._world(query.count))
        self.connection.execute("BEGIN")
        try:
            return search(query, self._world(query.count))
        finally:
            self.connection.execute("COMMIT")

    def explain(self, query: Query) -> Sequence[Question]:
        """The statements of a search with their plans."""
        recorder = Recorder(self.connection)
        search(query, replace(self._world(query.count), connection=recorder))
        return recorder.questions(sent_with(query))

    def count(self, resource_type: str, criterion: Criterion) -> int:
        """How many current resources of a type meet the criterion."""
        return count(resource_type, criterion, self._world())

    def _world(self, count: int = 1) -> World:
        self._predicates.clear()
        if (many := self._many) is None:
            # To look at all that an index finds costs as much as to go through resources until a page is full when
            # it finds about the root of page times resources.
            resources: int = self.connection.execute("SELECT max(res) FROM resource").fetchone()[0] or 0
            many = max(_FEWEST, isqrt((count + 1) * resources))
        return World(self.connection, self.names, self._predicates, many, self.is_over)

    def tokens(self, resource_type: str, parameter: str) -> Sequence[TokenValue]:
        """The distinct systems and codes, in order."""
        known = self.names.parameter(resource_type, parameter, KINDS[TokenValue])
        if known is None:
            return []
        return [TokenValue(*each) for each in sorted(codes_of(self.connection, parameter, known.sp))]

    def load(self, collection: str, name: str) -> Document | None:
        """A document by its name."""
        row = self.connection.execute(
            "SELECT body FROM document WHERE collection = ? AND name = ?", (collection, name)
        ).fetchone()
        return None if row is None else orjson.loads(row[0])

    def loaded(self, collection: str, names: Iterable[str]) -> Mapping[str, Document]:
        """The documents of these names that there are."""
        found = ((name, self.load(collection, name)) for name in names)
        return {name: each for name, each in found if each is not None}

    def listed(self, collection: str, prefix: str, after: str, most: int | None) -> Sequence[tuple[str, Document]]:
        """Documents in the order of their names, which begin with `prefix` and come after `after`."""
        end = after_all_with(prefix)
        # Of two lower limits SQLite may begin at the other one, and look at all the pages before once more.
        first = "name > ?" if after >= prefix else "name >= ?"
        rows = self.connection.execute(
            f"SELECT name, body FROM document WHERE collection = ? AND {first} "
            f"{'' if end is None else 'AND name < ?'} ORDER BY name LIMIT ?",
            (collection, max(prefix, after), *(() if end is None else (end,)), -1 if most is None else most),
        )
        return [(name, orjson.loads(body)) for name, body in rows]

    def content(self, digest: str) -> Content | None:
        """Of what size a content is, where it is whole."""
        row = self.connection.execute("SELECT size, pieces FROM content WHERE digest = ?", (digest,)).fetchone()
        return None if row is None else Content(*row)

    def piece(self, digest: str, number: int) -> bytes:
        """A piece of a content that is whole; nothing where it has been lost."""
        statement = "SELECT body FROM piece WHERE digest = ? AND number = ?"
        row = self.connection.execute(statement, (digest, number)).fetchone()
        return b"" if row is None else row[0]

    def log(self, log: str, after: int, most: int) -> Sequence[tuple[int, Document]]:
        """Entries of a log in order, after one."""
        rows = self.connection.execute(
            "SELECT number, body FROM log WHERE log = ? AND number > ? ORDER BY number LIMIT ?", (log, after, most)
        )
        return [(number, orjson.loads(body)) for number, body in rows]

    def last_number(self, log: str) -> int:
        """The number of the last entry of a log; 0 where it has none."""
        return self.connection.execute("SELECT max(number) FROM log WHERE log = ?", (log,)).fetchone()[0] or 0


def _version(key: Key, row: Sequence[Any]) -> Version:
    return Version(key, row[0], instant(row[1]), row[2], row[3])
