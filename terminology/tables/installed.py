"""The concept tables that are installed in a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

from fhir_kernel.errors import DamagedTable
from fhir_kernel.resource import Resource
from terminology.tables.index_format import SUFFIX
from terminology.tables.index_open import IndexedTable, open_index

_Key = tuple[str, str | None]
_State = tuple[int, int, int]
"""Inode, size and time of a file; another when another process put a new one in its place."""


@dataclass(frozen=True, slots=True)
class TableNote:
    """Why a file in the folder is not used."""

    path: Path
    reason: str


@final
class InstalledTables:
    """The tables that stood in a folder when it was looked at; does not change. A folder that is missing is empty."""

    def __init__(self, folder: Path) -> None:
        self._look(folder, {})

    def refresh(self) -> InstalledTables:
        """What stands in the folder now: the same object if that is the same; tables that did not change stay open."""
        if _listed(self.folder) == self._states:
            return self
        opened = {table.path: (self._states[table.path], table) for table in self._tables.values()}
        made = InstalledTables.__new__(InstalledTables)
        made._look(self.folder, opened)
        return made

    def __iter__(self) -> Iterator[_Key]:
        """The url and version of each table, in order."""
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def versions(self, url: str) -> Sequence[str | None]:
        """The versions that are installed of a code system."""
        return self._versions.get(url, ())

    def open(self, url: str, version: str | None) -> IndexedTable:
        """The table of exactly this version. Raises KeyError where it is not installed."""
        return self._tables[url, version]

    def headers(self) -> Iterable[Resource]:
        """The CodeSystem of each table, without concepts but with their number. Raises DamagedTable."""
        return [{**each.header, "count": len(each)} for each in self._tables.values()]

    def remove(self, url: str, version: str | None) -> None:
        """Delete the file of a table; who has it open can go on. Raises KeyError where it is not installed, OSError."""
        self._tables[url, version].path.unlink(missing_ok=True)

    def _look(self, folder: Path, opened: Mapping[Path, tuple[_State, IndexedTable]]) -> None:
        self.folder = folder
        self._states = _listed(folder)
        tables: dict[_Key, IndexedTable] = {}
        notes: list[TableNote] = []
        for path, state in self._states.items():
            known = opened.get(path)
            try:
                table = known[1] if known is not None and known[0] == state else open_index(path)
            except DamagedTable as error:
                notes.append(TableNote(path, error.reason))
            except OSError as error:
                notes.append(TableNote(path, error.strerror or type(error).__name__))
            else:
                tables[table.url, table.version] = table
        self._tables = dict(sorted(tables.items(), key=lambda each: (each[0][0], each[0][1] or "")))
        self._versions: dict[str, list[str | None]] = {}
        for url, version in self._tables:
            self._versions.setdefault(url, []).append(version)
        self.notes = tuple(notes)
        """The files that are not used, with the reason."""


def _listed(folder: Path) -> dict[Path, _State]:
    """The files of tables with what tells whether they are still the same."""
    found = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            stat = path.stat()
        except FileNotFoundError:  # removed since the folder was listed
            continue
        found[path] = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
    return found
