"""The tables as they are written: one CSV file that lists them, and one for the codes of each (docs/code-tables.md).

The numbering of OIDs below 2.16.156.10011 is that of WS/T 682-2020.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BASE = "https://plumbline.dev/fhir"

_COLUMNS = frozenset({"code", "display", "display_en", "parent"})


@dataclass(frozen=True, slots=True)
class CodeTable:
    """One line of `tables.csv`: what is known of a table without its codes."""

    id: str
    oid: str
    standard: str
    """The number and edition, and the identifier within a series: `WS 364-2011 CV04.50.005`."""
    version: str
    """The year of the edition."""
    in_force: str
    """Since when the edition holds; empty where that was not confirmed."""
    content: str
    """CodeSystem.content: `complete` or `fragment`. Empty where another code system holds the codes."""
    system: str
    """The code system that holds the codes already; empty where the table has its own file."""
    title: str
    title_en: str
    note: str

    @property
    def canonical(self) -> str:
        """What stands in `Coding.system`."""
        return self.system or f"{BASE}/CodeSystem/{self.id}"

    @property
    def value_set(self) -> str:
        """The canonical of the value set of all its codes."""
        return f"{BASE}/ValueSet/{self.id}"

    @property
    def name(self) -> str:
        """The name for programs: `CnMaritalStatus`."""
        return "".join(word.capitalize() for word in self.id.split("-"))


@dataclass(frozen=True, slots=True)
class Row:
    """One code."""

    code: str
    display: str
    display_en: str
    parent: str
    """The code above it; empty at the top."""
    properties: Mapping[str, str]
    """What further columns say, where they say something."""


@cache
def tables() -> Sequence[CodeTable]:
    """Every table, in the order of `tables.csv`."""
    return tuple(CodeTable(**line) for line in _lines("tables.csv"))


def rows(table: CodeTable) -> list[Row]:
    """The codes of a table that has its own file, in the order of the standard."""
    return [
        Row(
            code=line["code"],
            display=line["display"],
            display_en=line["display_en"],
            parent=line["parent"],
            properties={name: value for name, value in line.items() if name not in _COLUMNS and value},
        )
        for line in _lines(f"{table.id}.csv")
    ]


def canonical_of(system: str) -> str | None:
    """The canonical of the table whose OID is written `urn:oid:…`; None where no table has that OID."""
    return _by_oid().get(system)


@cache
def _by_oid() -> Mapping[str, str]:
    return {f"urn:oid:{table.oid}": table.canonical for table in tables()}


def _lines(name: str) -> list[dict[str, str]]:
    """The lines of a file below its head, by column; those that begin with `#` say where the codes come from."""
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")  # importlib.resources takes 4 ms to import
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
