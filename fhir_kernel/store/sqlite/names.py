"""The integers that stand for types, parameters and resources. What a connection knows of them it keeps.

A number, once committed, never changes, so it need not be looked up again; what is not found is looked up each time,
since another process may have added it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fhir_kernel.store.records import Key
from fhir_kernel.store.sqlite.savepoint import Savepoint

_MOST_RESOURCES = 200_000
_MOST_NOTES = 50_000
_MOST_SYSTEMS = 20_000
_FIRST_MARK = 33


class Parameter(NamedTuple):
    """A kind of values of one search parameter of one type."""

    sp: int
    kind: str
    mark: str


class Names:
    """Finds numbers, by one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._types: dict[str, int] = {}
        self._type_names: dict[int, str] = {}
        self._parameters: dict[tuple[str, str, str], Parameter] = {}
        self._systems: dict[str, int] = {}

    def type(self, name: str) -> int | None:
        """The number of a resource type; None where nothing has it."""
        if (found := self._types.get(name)) is None:
            row = self._connection.execute("SELECT id FROM type WHERE name = ?", (name,)).fetchone()
            found = None if row is None else self._know_type(name, row[0])
        return found

    def type_name(self, number: int) -> str:
        """The resource type of a number."""
        if (found := self._type_names.get(number)) is None:
            found = self._connection.execute("SELECT name FROM type WHERE id = ?", (number,)).fetchone()[0]
            self._know_type(found, number)
        return found

    def types(self) -> Sequence[str]:
        """Every resource type that there is."""
        return [name for (name,) in self._connection.execute("SELECT name FROM type")]

    def system(self, uri: str) -> int | None:
        """The number of a code system; None where no token is of it."""
        if (found := self._systems.get(uri)) is None:
            row = self._connection.execute("SELECT id FROM system WHERE uri = ?", (uri,)).fetchone()
            found = None if row is None else self._know_system(uri, row[0])
        return found

    def parameter(self, resource_type: str, code: str, kind: str) -> Parameter | None:
        """The parameter of a type that has values of a kind; None where it has none."""
        if (found := self._parameters.get((resource_type, code, kind))) is None:
            number = self.type(resource_type)
            row = self._connection.execute(
                "SELECT id, kind, mark FROM parameter WHERE type = ? AND code = ? AND kind = ?", (number, code, kind)
            ).fetchone()
            if row is not None:
                found = self._parameters[resource_type, code, kind] = Parameter(*row)
        return found

    def kinds(self, resource_type: str, code: str) -> Sequence[Parameter]:
        """Every kind of values of a parameter."""
        rows = self._connection.execute(
            "SELECT id, kind, mark FROM parameter WHERE type = ? AND code = ?", (self.type(resource_type), code)
        )
        return [Parameter(*row) for row in rows]

    def resource(self, key: Key) -> int | None:
        """The number of a resource; None where there is none and nothing refers to it."""
        row = self._connection.execute(
            "SELECT res FROM resource WHERE type = ? AND id = ?", (self.type(key.type), key.id)
        ).fetchone()
        return None if row is None else row[0]

    def _know_system(self, uri: str, number: int) -> int:
        if len(self._systems) >= _MOST_SYSTEMS:
            self._systems.clear()
        self._systems[uri] = number
        return number

    def _know_type(self, name: str, number: int) -> int:
        self._types[name], self._type_names[number] = number, name
        return number


class NewNames(Names):
    """Finds numbers, and gives them to what has none yet. For the one connection that writes."""

    def __init__(self, connection: sqlite3.Connection, savepoint: Savepoint) -> None:
        super().__init__(connection)
        self._savepoint = savepoint
        self._resources: dict[Key, int] = {}
        self._noted: set[tuple[Any, ...]] = set()
        self._new: dict[Key, int] = {}
        self._next_resource = 0
        self._next_version = 0

    def begin(self) -> None:
        """A transaction has begun: other processes may have given numbers since the last one."""
        execute = self._connection.execute
        if len(self._resources) > _MOST_RESOURCES:
            self._resources.clear()
        self._next_resource = execute("SELECT coalesce(max(res), 0) + 1 FROM resource").fetchone()[0]
        self._next_version = execute("SELECT coalesce(max(seq), 0) + 1 FROM version").fetchone()[0]

    def forget(self) -> None:
        """What was written has been undone, and numbers that were given with it."""
        known = (
            self._types,
            self._type_names,
            self._parameters,
            self._systems,
            self._resources,
            self._noted,
            self._new,
        )
        for each in known:
            each.clear()

    def is_new(self, note: tuple[Any, ...]) -> bool:
        """Whether a row of what is never taken away again has not been met lately."""
        if note in self._noted:
            return False
        if len(self._noted) >= _MOST_NOTES:
            self._noted.clear()
        self._noted.add(note)
        return True

    def next_version(self) -> int:
        """The number of a new version, in the order of commits."""
        self._next_version += 1
        return self._next_version - 1

    def type_number(self, name: str) -> int:
        """The number of a type."""
        if (found := self.type(name)) is None:
            row = self._savepoint.write("INSERT INTO type (name) VALUES (?) RETURNING id", (name,)).fetchall()[0]
            found = self._know_type(name, row[0])
        return found

    def system_number(self, uri: str) -> int:
        """The number of a code system."""
        if (found := self.system(uri)) is None:
            row = self._savepoint.write("INSERT INTO system (uri) VALUES (?) RETURNING id", (uri,)).fetchall()[0]
            found = self._know_system(uri, row[0])
        return found

    def parameter_of(self, resource_type: str, code: str, kind: str) -> Parameter:
        """The number and mark of a parameter."""
        if (found := self.parameter(resource_type, code, kind)) is None:
            number, execute = self.type_number(resource_type), self._connection.execute
            known = execute("SELECT count(*) FROM parameter WHERE type = ?", (number,)).fetchone()[0]
            mark = chr(_FIRST_MARK + known)
            row = self._savepoint.write(
                "INSERT INTO parameter (type, code, kind, mark) VALUES (?, ?, ?, ?) RETURNING id",
                (number, code, kind, mark),
            ).fetchall()[0]
            found = self._parameters[resource_type, code, kind] = Parameter(row[0], kind, mark)
        return found

    def resource_number(self, key: Key) -> int:
        """The number of a resource, which may not exist yet."""
        if (found := self._resources.get(key)) is None:
            found = self.resource(key)
            if found is None:
                found = self._new[key] = self.new_resource(key)
            self._resources[key] = found
        return found

    def take_new(self) -> Mapping[Key, tuple[Any, ...]]:
        """The rows of resources that do not exist yet, to which `resource_number` gave numbers since the last time."""
        new, self._new = self._new, {}
        return {key: (res, self.type_number(key.type), key.id, 0, 0, 0, 0, "") for key, res in new.items()}

    def new_resource(self, key: Key) -> int:
        """A number for a resource that has none; the caller adds its row before the transaction ends."""
        self._next_resource += 1
        self._resources[key] = self._next_resource - 1
        return self._next_resource - 1
