"""The tables as definitions of a catalog, each made when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from fhir_kernel.definitions.index import Entry
from fhir_kernel.definitions.model import Model
from fhir_kernel.resource import Resource
from terminology.code_tables.build import code_system, value_set
from terminology.code_tables.table import BASE, CodeTable, tables

_SOURCE = "code tables"
_MAKERS = (code_system, value_set)
"""What the positions hold, by turns."""


class CodeTableLayer:
    """A `fhir_kernel.definitions.index.Layer`: a code system and a value set for each table that has its own file."""

    def __init__(self) -> None:
        self._made: dict[int, Resource] = {}

    def positions(self, url: str) -> Sequence[int]:
        return self._by_url.get(url, ()) if url.startswith(BASE) else ()

    def entries(self) -> Sequence[Entry]:
        return self._entries

    def entry(self, position: int) -> Entry:
        return self._entries[position]

    def load(self, position: int) -> Resource:
        made = self._made.get(position)
        if made is None:
            make = _MAKERS[position % 2]
            made = self._made[position] = make(self._tables[position // 2])
        return made

    def model(self) -> Model | None:
        return None

    @cached_property
    def _tables(self) -> Sequence[CodeTable]:
        return [table for table in tables() if not table.system]

    @cached_property
    def _entries(self) -> Sequence[Entry]:
        return tuple(entry for table in self._tables for entry in _entries_of(table))

    @cached_property
    def _by_url(self) -> dict[str, tuple[int, ...]]:
        return {entry.url: (position,) for position, entry in enumerate(self._entries)}


def _entries_of(table: CodeTable) -> tuple[Entry, Entry]:
    return (
        _entry("CodeSystem", table.canonical, table, table.content),
        _entry("ValueSet", table.value_set, table, ""),
    )


def _entry(resource_type: str, url: str, table: CodeTable, content: str) -> Entry:
    return Entry(resource_type, url, table.version, table.name, "", "", "", content, _SOURCE)
