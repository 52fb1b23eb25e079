"""The concepts of a table as JSON, one after another, each with a checksum (https://hl7.org/fhir/R4/codesystem.html)."""

from __future__ import annotations

import re
import tempfile
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import orjson

from fhir_kernel.codec.json_codec import parse_json, write_json
from fhir_kernel.resource import Resource
from terminology.tables.index_format import IndexFile, IndexWriter

_DECIMAL: Final = re.compile(rb'":-?[0-9]+[.eE]')
"""Where a decimal may begin; a text that looks like it does no harm but for the time."""


@dataclass(frozen=True, slots=True)
class ConceptIndex:
    """The concepts of a table by position."""

    file: IndexFile
    start: int
    offsets: Sequence[int]
    """By position, where its JSON starts after `start`; one more for the end of the last."""
    checksums: Sequence[int]
    has_decimals: bool
    """Whether digits of decimals are to be kept; where there are none, it is quicker not to look for them."""

    def concept(self, position: int) -> Resource:
        """Raises DamagedTable, IndexError."""
        if position < 0:
            raise IndexError(position)
        data = self.file.raw[self.start + self.offsets[position] : self.start + self.offsets[position + 1]]
        if zlib.crc32(data) != self.checksums[position]:
            raise self.file.damaged(f"concept {position}")
        return _parsed(data, self.has_decimals)


@dataclass(slots=True)
class ConceptSpool:
    """Keeps concepts on disk until all have been read and their order is known."""

    file: IO[bytes]
    offsets: array[int] = field(default_factory=lambda: array("Q", [0]))
    has_decimals: bool = False

    @classmethod
    def in_folder(cls, folder: Path) -> ConceptSpool:
        """A spool in a file without a name, so that nothing of it stays behind. Raises OSError."""
        return cls(tempfile.TemporaryFile(dir=folder))

    def add(self, concept: Resource) -> None:
        """Raises CodecError where the concept cannot be written as JSON."""
        data = write_json(concept)
        self.has_decimals = self.has_decimals or _DECIMAL.search(data) is not None
        self.file.write(data)
        self.offsets.append(self.offsets[-1] + len(data))

    def read(self, order: Sequence[int]) -> Iterator[tuple[bytes, Resource]]:
        """The concepts in an order, as JSON and parsed."""
        self.file.flush()
        for number in order:
            self.file.seek(self.offsets[number])
            data = self.file.read(self.offsets[number + 1] - self.offsets[number])
            yield data, _parsed(data, self.has_decimals)

    def copy(self, order: Sequence[int], writer: IndexWriter) -> Iterator[Resource]:
        """The concepts in an order, while they are written to the sections that `open_concepts` reads."""
        offsets, checksums = array("Q", [0]), array("I")
        with writer.section("concepts") as section:
            for data, concept in self.read(order):
                section.write(data)
                offsets.append(offsets[-1] + len(data))
                checksums.append(zlib.crc32(data))
                yield concept
        writer.add("concepts.offsets", offsets)
        writer.add("concepts.checksums", checksums)


def open_concepts(file: IndexFile) -> ConceptIndex:
    """Raises DamagedTable."""
    offsets, checksums = file.numbers("concepts.offsets", "Q"), file.numbers("concepts.checksums")
    return ConceptIndex(file, file.place("concepts")[0], offsets, checksums, file.directory["decimals"])


def _parsed(data: bytes, has_decimals: bool) -> Resource:
    if has_decimals:
        return parse_json(data)
    parsed: dict[str, Any] = orjson.loads(data)
    return parsed
