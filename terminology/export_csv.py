"""Writes a concept table as CSV, with the mapping file by which it is imported again."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import IO, Any, Generic, NamedTuple, TypeVar

from fhir_kernel.resource import Resource
from terminology.diff import parent_codes
from terminology.export import exported_header
from terminology.importers.imported import ImportRefused
from terminology.importers.values import CONVERSIONS
from terminology.tables.table import Table

_SEPARATORS = ("|", ";", "、", " ; ", " | ")
_TYPES = {element: name for name, (element, _, _) in CONVERSIONS.items()}
_PLAIN = ("code", "display", "definition", "designation", "property")
_HEADER_TEXTS = ("url", "version", "name", "title", "language", "status", "publisher", "description", "copyright")


class _Designation(NamedTuple):
    language: str
    use: str
    number: int
    """Of designations with the same language and use in one concept, counted from 0."""


class _Property(NamedTuple):
    code: str
    type: str
    number: int


_Column = TypeVar("_Column", _Designation, _Property)


@dataclass(frozen=True, slots=True)
class _Columns:
    designations: tuple[_Designation, ...]
    properties: tuple[_Property, ...]
    hierarchical: bool
    defined: bool
    lost: Counter[str]


@dataclass(frozen=True, slots=True)
class CsvExport:
    """`mapping` is the mapping file in TOML; `lost` counts, by what it is, what CSV cannot hold."""

    mapping: str
    lost: Counter[str]


def write_csv(table: Table, file: IO[str]) -> CsvExport:
    """Write the concepts, in the order of the hierarchy, to a text file opened with `newline=""`.

    Raises ImportRefused where no separator is left for parents; OSError.
    """
    columns = _columns(table)
    separator = _separator(table) if columns.hierarchical else _SEPARATORS[0]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_headings(columns))
    for position in range(len(table)):
        writer.writerow(_cells(table, position, columns, separator))
    return CsvExport(_mapping(exported_header(table), columns, separator), columns.lost)


def _columns(table: Table) -> _Columns:
    designations, properties = _Order[_Designation](), _Order[_Property]()
    hierarchical = defined = False
    lost: Counter[str] = Counter()
    for position in range(len(table)):
        concept = table.concept(position)
        hierarchical = hierarchical or bool(table.hierarchy.parents(position))
        defined = defined or "definition" in concept
        designations.add(key for key, _ in _designations(concept))
        properties.add(key for key, _ in _properties(concept))
        lost.update(_left_out(concept))
    return _Columns(designations.columns(), properties.columns(), hierarchical, defined, lost)


def _left_out(concept: Resource) -> Iterator[str]:
    yield from (key for key in concept if key not in _PLAIN)
    for each in concept.get("designation", ()):
        yield from (f"designation.{key}" for key in each if key not in ("language", "use", "value"))
    for each in concept.get("property", ()):
        yield from (f"property.{key}" for key in each if key != "code" and key not in _TYPES)
        coding = each.get("valueCoding", {})
        yield from (f"property.valueCoding.{key}" for key in coding if key not in ("system", "code"))


class _Order(Generic[_Column]):
    """Columns in an order in which each concept has them, as far as concepts agree."""

    def __init__(self) -> None:
        self._before: dict[_Column, set[_Column]] = {}

    def add(self, columns: Iterable[_Column]) -> None:
        """The columns of one concept, in its order."""
        last = None
        for column in columns:
            before = self._before.setdefault(column, set())
            if last is not None:
                before.add(last)
            last = column

    def columns(self) -> tuple[_Column, ...]:
        """All columns; those first met come first where concepts contradict one another."""
        try:
            return tuple(TopologicalSorter(self._before).static_order())
        except CycleError:
            return tuple(self._before)


def _designations(concept: Resource) -> Iterator[tuple[_Designation, str]]:
    seen: Counter[tuple[str, str]] = Counter()
    for each in concept.get("designation", ()):
        use = each.get("use", {})
        name = f"{use['system']}#{use['code']}" if use.get("system") and use.get("code") else use.get("code", "")
        pair = (each.get("language", ""), name)
        yield _Designation(*pair, seen[pair]), each.get("value", "")
        seen[pair] += 1


def _properties(concept: Resource) -> Iterator[tuple[_Property, Any]]:
    seen: Counter[tuple[str, str]] = Counter()
    for each in concept.get("property", ()):
        for element, value in each.items():
            if element in _TYPES:
                pair = (each["code"], _TYPES[element])
                yield _Property(*pair, seen[pair]), value
                seen[pair] += 1


def _separator(table: Table) -> str:
    for each in _SEPARATORS:
        if not any(each in table.code(position) for position in range(len(table))):
            return each
    raise ImportRefused(f"found codes with each of {', '.join(map(repr, _SEPARATORS))}; expected one for parents")


def _headings(columns: _Columns) -> list[str]:
    return [heading for heading, _ in _named(columns)]


def _named(columns: _Columns) -> list[tuple[str, object]]:
    """Every heading with what stands below it: a role, a designation or a property."""
    named: list[tuple[str, object]] = [("code", "code"), ("display", "display")]
    named += [("definition", "definition")] if columns.defined else []
    named += [("parent", "parent")] if columns.hierarchical else []
    for each in columns.designations:
        words = " ".join(filter(None, ("designation", each.language, each.use, str(each.number + 1))))
        named.append((words, each))
    named += [(f"property {each.code} {each.type} {each.number + 1}", each) for each in columns.properties]
    return named


def _cells(table: Table, position: int, columns: _Columns, separator: str) -> list[str]:
    concept = table.concept(position)
    designations: dict[object, str] = dict(_designations(concept))
    properties: dict[object, Any] = dict(_properties(concept))
    cells = [concept["code"], concept.get("display", "")]
    cells += [concept.get("definition", "")] if columns.defined else []
    cells += [separator.join(parent_codes(table, position))] if columns.hierarchical else []
    cells += [designations.get(each, "") for each in columns.designations]
    return cells + [_text(properties.get(each)) for each in columns.properties]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "|".join(str(value[key]) for key in ("system", "code") if value.get(key))
    return str(value)


def _mapping(header: Resource, columns: _Columns, separator: str) -> str:
    lines = [f"{key} = {_quoted(header[key])}" for key in _HEADER_TEXTS if header.get(key)]
    lines += [f"oid = {_quoted(oid)}" for oid in _oids(header)[:1]]
    lines.append(f"case_sensitive = {'true' if header.get('caseSensitive', True) else 'false'}")
    lines += ['encoding = "utf-8"', 'separator = ","', f"parent_separator = {_quoted(separator)}"]
    lines += ["", "[columns]"]
    declared = {each["code"]: each for each in header.get("property", ())}
    for number, (heading, what) in enumerate(_named(columns), start=1):
        if isinstance(what, str):
            lines.append(f"{what} = {_quoted(heading)}")
        elif isinstance(what, _Designation):
            lines += ["", "[[designations]]", f"column = {number}"]
            lines += [f"{key} = {_quoted(getattr(what, key))}" for key in ("language", "use") if getattr(what, key)]
        elif isinstance(what, _Property):
            lines += ["", "[[properties]]", f"column = {number}"]
            lines += [f"code = {_quoted(what.code)}", f"type = {_quoted(what.type)}"]
            said = declared.get(what.code, {})
            lines += [f"{key} = {_quoted(said[key])}" for key in ("uri", "description") if said.get(key)]
    return "\n".join(lines) + "\n"


def _oids(header: Resource) -> list[str]:
    values = [str(each.get("value", "")) for each in header.get("identifier", ())]
    return [value.removeprefix("urn:oid:") for value in values if value.startswith("urn:oid:")]


def _quoted(text: str) -> str:
    """A basic string of TOML, of which the escapes are JSON's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
