"""A concept table in an index file, of which only what is asked for is read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, final

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from terminology.tables.hierarchy import Hierarchy
from terminology.tables.index_codes import CodeIndex, open_codes
from terminology.tables.index_concepts import ConceptIndex, open_concepts
from terminology.tables.index_format import STATUS, IndexFile
from terminology.tables.index_hierarchy import open_hierarchy
from terminology.tables.index_texts import TextIndex, open_texts
from terminology.tables.index_values import PropertyValues, open_values
from terminology.tables.runs import EMPTY, Runs

_NO_VALUES: Final[Mapping[str, Runs]] = MappingProxyType({})


@final
class IndexedTable:
    """A Table in a file. Everything that reads it raises DamagedTable where the file is not as it was written."""

    def __init__(self, file: IndexFile) -> None:
        self._file = file
        self._size: int = file.directory["concepts"]

    @property
    def path(self) -> Path:
        """Where the file is, or was when it was opened."""
        return self._file.path

    @property
    def url(self) -> str:
        return str(self._file.directory["url"])

    @property
    def version(self) -> str | None:
        version = self._file.directory["version"]
        return version if isinstance(version, str) else None

    @property
    def description(self) -> Mapping[str, Any]:
        """Also `source` and `software`: from what, and by which program, it was built."""
        return self._file.directory

    @cached_property
    def header(self) -> Resource:
        return parse_json(self._file.bytes("header").tobytes())

    @cached_property
    def hierarchy(self) -> Hierarchy:
        return open_hierarchy(self._file, self._size)

    def __len__(self) -> int:
        return self._size

    def position(self, code: str) -> int | None:
        return self._codes.position(code)

    def position_ignoring_case(self, code: str) -> int | None:
        return self._codes.position_ignoring_case(code)

    def code(self, position: int) -> str:
        return self._codes.code(position)

    def display(self, position: int) -> str | None:
        display = self._concepts.concept(position).get("display")
        return display if isinstance(display, str) else None

    def concept(self, position: int) -> Resource:
        return self._concepts.concept(position)

    @cached_property
    def inactive(self) -> Runs:
        return self._statuses.get("inactive", EMPTY)

    @cached_property
    def abstract(self) -> Runs:
        return self._statuses.get("abstract", EMPTY)

    def property_values(self, name: str) -> Mapping[str, Runs]:
        number = self._property_numbers.get(name)
        return _NO_VALUES if number is None else open_values(self._file, f"property-{number}")

    def search(self, text: str) -> Runs:
        return self._texts.search(text)

    def verify(self) -> None:
        """Read the whole file and compare its checksums."""
        self._file.verify()

    @cached_property
    def _codes(self) -> CodeIndex:
        return open_codes(self._file)

    @cached_property
    def _concepts(self) -> ConceptIndex:
        return open_concepts(self._file)

    @cached_property
    def _texts(self) -> TextIndex:
        return open_texts(self._file, self._size)

    @cached_property
    def _statuses(self) -> PropertyValues:
        return open_values(self._file, STATUS)

    @cached_property
    def _property_numbers(self) -> Mapping[str, int]:
        return {code: number for number, code in enumerate(self._file.directory["properties"])}


def open_index(path: Path, *, verify: bool = False) -> IndexedTable:
    """The table in a file; with `verify`, after all of it was checked. Raises DamagedTable, OSError."""
    table = IndexedTable(IndexFile(path))
    if verify:
        table.verify()
    return table
