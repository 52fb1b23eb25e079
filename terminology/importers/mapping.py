"""The mapping file: which column of a table is what, and what the code system is called; docs/terminology.md."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeAlias

from terminology.importers.imported import ImportRefused

Column: TypeAlias = tuple[str, ...]
"""The headings that a column may have, the first found counts; digits alone are its number, from 1."""
TYPES = ("code", "string", "integer", "decimal", "boolean", "dateTime", "Coding")
"""What a property can be (https://hl7.org/fhir/R4/valueset-concept-property-type.html)."""
_STATUSES = ("draft", "active", "retired", "unknown")


@dataclass(frozen=True, slots=True)
class DesignationColumn:
    """A column of other names. `use` is a code, or `system#code`."""

    column: Column
    language: str | None = None
    use: str | None = None
    optional: bool = False
    """Whether tables without the column are read nevertheless."""


@dataclass(frozen=True, slots=True)
class PropertyColumn:
    """A column of values of a property; `default` stands where a cell is blank."""

    column: Column
    code: str
    type: str = "string"
    uri: str | None = None
    description: str | None = None
    default: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """A mapping as its file writes it; what is None or empty was not said."""

    url: str | None = None
    version: str | None = None
    name: str | None = None
    title: str | None = None
    language: str | None = None
    oid: str | None = None
    status: str = "active"
    publisher: str | None = None
    description: str | None = None
    copyright: str | None = None
    case_sensitive: bool = True
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    first_row: int | None = None
    """Where the concepts begin, counted from 1; by default below the headings."""
    parent_separator: str = "|"
    code_levels: tuple[int, ...] = ()
    """The lengths of the codes above one another: with 2, 4, 6 the parent of 110101 is 1101 and its parent is 11."""
    code_padding: str = ""
    """What fills short codes up: with `0` the parents are 110100 and 110000 instead."""
    inactive: tuple[str, ...] = ()
    """Further words in the status column that say that a concept is not to be used any more."""
    pinyin: bool = False
    columns: Mapping[str, Column] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    designations: tuple[DesignationColumn, ...] = ()
    properties: tuple[PropertyColumn, ...] = ()


ROLES = ("code", "display", "definition", "parent", "status")
"""The keys of `[columns]` and `[defaults]`."""


def read_mapping(path: Path) -> TableMapping:
    """The mapping in a TOML file. Raises ImportRefused naming the key, what was found and what is expected; OSError."""
    return parse_mapping(path.read_bytes(), str(path))


def presets() -> dict[str, TableMapping]:
    """The mappings that come with the product, by name."""
    folder = files("terminology.importers") / "presets"
    found = sorted(folder.iterdir(), key=lambda each: each.name)
    return {
        each.name.removesuffix(".toml"): parse_mapping(each.read_bytes(), each.name)
        for each in found
        if each.name.endswith(".toml")
    }


def parse_mapping(data: bytes, source: str) -> TableMapping:
    """The mapping in the bytes of a TOML file, which messages call `source`. Raises ImportRefused."""
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"))
    except ValueError as error:
        raise ImportRefused(f"{source} is not TOML: {error}") from error
    read = _Reader(source)
    values = {key: read.value(key, value) for key, value in raw.items()}
    return TableMapping(**values)


def overridden(mapping: TableMapping, **values: Any) -> TableMapping:
    """The mapping with those of `values` that are not None."""
    return replace(mapping, **{key: value for key, value in values.items() if value is not None})


@dataclass(frozen=True, slots=True)
class _Reader:
    source: str

    def value(self, key: str, value: Any) -> Any:
        if key in _TEXTS:
            return self.text(key, value)
        if key in ("case_sensitive", "pinyin"):
            return self.of_kind(key, value, bool, "true or false")
        if key == "status":
            return self.one_of(key, value, _STATUSES)
        if key == "first_row":
            if type(value) is not int or value < 1:
                raise self.wrong(key, repr(value), "the number of a row, from 1")
            return value
        if key == "code_levels":
            return self.levels(key, value)
        if key == "inactive":
            return self.texts(key, value)
        if key == "columns":
            table = self.table(key, value, ROLES)
            return {role: self.column(f"{key}.{role}", each) for role, each in table.items()}
        if key == "defaults":
            return {role: self.text(f"{key}.{role}", each) for role, each in self.table(key, value, ROLES).items()}
        if key == "designations":
            return tuple(self.designation(f"{key}[{n}]", each) for n, each in self.rows(key, value))
        if key == "properties":
            return tuple(self.property(f"{key}[{n}]", each) for n, each in self.rows(key, value))
        raise self.wrong(key, "a key that is not known", f"one of {', '.join(sorted(_KEYS))}")

    def designation(self, where: str, value: Any) -> DesignationColumn:
        table = self.table(where, value, ("column", "language", "use", "optional"), needed=("column",))
        return DesignationColumn(**self.fields(where, table))

    def property(self, where: str, value: Any) -> PropertyColumn:
        known = ("column", "code", "type", "uri", "description", "default", "optional")
        table = self.table(where, value, known, needed=("column", "code"))
        if "type" in table:
            self.one_of(f"{where}.type", table["type"], TYPES)
        return PropertyColumn(**self.fields(where, table))

    def fields(self, where: str, table: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in table.items():
            place = f"{where}.{key}"
            if key == "column":
                found[key] = self.column(place, value)
            elif key == "optional":
                found[key] = self.of_kind(place, value, bool, "true or false")
            else:
                found[key] = self.text(place, value)
        return found

    def column(self, where: str, value: Any) -> Column:
        given = value if isinstance(value, list) else [value]
        if given and all(isinstance(each, str | int) and not isinstance(each, bool) and each for each in given):
            return tuple(str(each) for each in given)
        raise self.wrong(where, repr(value), "a heading, the number of a column, or a list of headings")

    def levels(self, key: str, value: Any) -> tuple[int, ...]:
        whole = isinstance(value, list) and all(type(each) is int and each > 0 for each in value)
        if not whole or sorted(set(value)) != value:
            raise self.wrong(key, repr(value), "a list of lengths, each longer than the one before, such as [2, 4, 6]")
        return tuple(value)

    def rows(self, key: str, value: Any) -> list[tuple[int, Any]]:
        return list(enumerate(self.of_kind(key, value, list, "a list of tables"), start=1))

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        given = self.of_kind(key, value, list, "a list of texts")
        return tuple(self.text(f"{key}[{n}]", each) for n, each in enumerate(given, start=1))

    def table(self, where: str, value: Any, known: tuple[str, ...], needed: tuple[str, ...] = ()) -> dict[str, Any]:
        table: dict[str, Any] = self.of_kind(where, value, dict, f"a table with {', '.join(known)}")
        for key in table:
            if key not in known:
                raise self.wrong(f"{where}.{key}", "a key that is not known", f"one of {', '.join(known)}")
        for key in needed:
            if key not in table:
                raise self.wrong(where, "no " + key, f"{' and '.join(needed)}")
        return table

    def one_of(self, where: str, value: Any, allowed: tuple[str, ...]) -> str:
        if value not in allowed:
            raise self.wrong(where, repr(value), f"one of {', '.join(allowed)}")
        return str(value)

    def text(self, where: str, value: Any) -> str:
        if not isinstance(value, str) or not value:
            raise self.wrong(where, repr(value), "a text that is not empty")
        return value

    def of_kind(self, where: str, value: Any, kind: type, expected: str) -> Any:
        if not isinstance(value, kind):
            raise self.wrong(where, repr(value), expected)
        return value

    def wrong(self, key: str, found: str, expected: str) -> ImportRefused:
        return ImportRefused(f"{self.source}: {key}: found {found}; expected {expected}")


_TEXTS = (
    *("url", "version", "name", "title", "language", "oid", "publisher", "description", "copyright"),
    *("encoding", "separator", "sheet", "parent_separator", "code_padding"),
)
_KEYS = frozenset(TableMapping.__dataclass_fields__)
