"""The file of a concept table: named sections of bytes or numbers, one after another, and a directory behind them.

Layout: head, sections, directory. The head says how long the file is and where the directory stands, with a checksum
of both; it is written last, so that a file cut short is known at once. The directory has the checksum of each section,
which is checked when the section is first read. Nothing in the file is ever executed.
"""

from __future__ import annotations

import mmap
import struct
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, Literal

import orjson

from fhir_kernel.errors import DamagedTable

FORMAT: Final = 2
SUFFIX: Final = ".table"
STATUS: Final = "status"
"""Begins the names of the sections that say which concepts are inactive or abstract."""
_MAGIC: Final = b"plumbline-table\n"
_HEAD: Final = struct.Struct("<16sIQQI")  # magic, format, size of the file, start and checksum of the directory
_CHECKSUM: Final = struct.Struct("<I")
_START: Final = 64
_ALIGNED: Final = 16
_PIECE: Final = 1 << 24
Width = Literal["I", "Q"]
"""Unsigned numbers of 4 and of 8 bytes."""


@dataclass(slots=True)
class IndexWriter:
    """Writes the sections one by one, then the directory and the head."""

    file: IO[bytes]
    _sections: list[tuple[str, int, int, int]] = field(default_factory=list)
    _position: int = 0

    def begin(self) -> None:
        """Leave room for the head."""
        self._write(bytes(_START))

    def add(self, name: str, data: Any) -> None:
        """A section of `data`, which is bytes or an array of numbers."""
        with self.section(name) as section:
            if len(data):  # an empty view has no bytes to be seen as
                section.write(memoryview(data).cast("B"))

    @contextmanager
    def section(self, name: str) -> Iterator[SectionWriter]:
        """A section that is written piece by piece."""
        self._write(bytes(-self._position % _ALIGNED))
        section = SectionWriter(self.file)
        yield section
        self._sections.append((name, self._position, section.length, section.checksum))
        self._position += section.length

    def finish(self, description: Mapping[str, Any]) -> None:
        """The directory, with what else is to be known when the file is opened; then the head."""
        start = self._position
        directory = orjson.dumps({**description, "byteorder": sys.byteorder, "sections": self._sections})
        self._write(directory)
        head = _HEAD.pack(_MAGIC, FORMAT, self._position, start, zlib.crc32(directory))
        self.file.seek(0)
        self.file.write(head + _CHECKSUM.pack(zlib.crc32(head)))

    def _write(self, data: bytes) -> None:
        self.file.write(data)
        self._position += len(data)


@dataclass(slots=True)
class SectionWriter:
    """Writes one section; knows its length and checksum so far."""

    file: IO[bytes]
    length: int = 0
    checksum: int = 0

    def write(self, data: bytes | memoryview) -> None:
        self.file.write(data)
        self.length += len(data)
        self.checksum = zlib.crc32(data, self.checksum)


class IndexFile:
    """A file mapped into memory; only the pages that are read are loaded, and processes share them."""

    def __init__(self, path: Path) -> None:
        """Map the file and check its head and directory. Raises DamagedTable, OSError."""
        self.path = path
        with path.open("rb") as file:
            self._map = _mapped(file, path)
        self.directory = _directory(self._map, path)
        """What `IndexWriter.finish` was given."""
        self._sections = _sections(self.directory, len(self._map), path)
        self._checked: set[str] = set()

    def numbers(self, name: str, width: Width = "I") -> memoryview:
        """The numbers of a section; none where there is no such section. Raises DamagedTable."""
        section = self.bytes(name)
        if len(section) % (4 if width == "I" else 8):
            raise self.damaged(f"section {name}")
        return section.cast(width) if section else section

    def bytes(self, name: str) -> memoryview:
        """The bytes of a section; none where there is no such section. Raises DamagedTable."""
        start, end = self.place(name)
        if name not in self._checked:
            self._check(name, start, end)
        return memoryview(self._map)[start:end]

    def place(self, name: str) -> tuple[int, int]:
        """Where a section starts and ends in `raw`, unchecked: for one with a checksum for each of its parts."""
        start, length, _ = self._sections.get(name, (0, 0, 0))
        return start, start + length

    @property
    def raw(self) -> mmap.mmap:
        """The whole file."""
        return self._map

    def verify(self) -> None:
        """Check every section. Raises DamagedTable."""
        for name in self._sections:
            self._check(name, *self.place(name))

    def damaged(self, what: str) -> DamagedTable:
        """The exception that says that a part of the file is not as it was written."""
        return DamagedTable(f"{what} is not as it was written", path=str(self.path))

    def _check(self, name: str, start: int, end: int) -> None:
        found = 0
        for place in range(start, end, _PIECE):
            found = zlib.crc32(memoryview(self._map)[place : min(place + _PIECE, end)], found)
        if name in self._sections and found != self._sections[name][2]:
            raise self.damaged(f"section {name}")
        self._release(start, end)
        self._checked.add(name)

    def _release(self, start: int, end: int) -> None:
        """Pages that were loaded to be checked need not stay in the memory of this process."""
        first = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
        if sys.platform != "win32" and end - first > _PIECE:
            self._map.madvise(mmap.MADV_DONTNEED, first, end - first)


def read_directory(path: Path) -> Mapping[str, Any]:
    """What is to be known of a table without opening it. Raises DamagedTable, OSError."""
    return IndexFile(path).directory


def _mapped(file: IO[bytes], path: Path) -> mmap.mmap:
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError as error:
        raise DamagedTable("the file is empty", path=str(path)) from error


def _directory(content: mmap.mmap, path: Path) -> dict[str, Any]:
    if len(content) < _START or content[: len(_MAGIC)] != _MAGIC:
        raise DamagedTable("the file is no concept table", path=str(path))
    head = content[: _HEAD.size]
    if content[_HEAD.size : _HEAD.size + _CHECKSUM.size] != _CHECKSUM.pack(zlib.crc32(head)):
        raise DamagedTable("its head is not as it was written", path=str(path))
    _, made_by, size, start, checksum = _HEAD.unpack(head)
    if made_by != FORMAT:
        raise DamagedTable(f"it has format {made_by}; this version reads format {FORMAT}", path=str(path))
    if size != len(content):
        raise DamagedTable(f"it has {len(content)} bytes of {size}", path=str(path))
    directory = content[start:]
    if zlib.crc32(directory) != checksum:
        raise DamagedTable("its directory is not as it was written", path=str(path))
    read: dict[str, Any] = orjson.loads(directory)
    if read["byteorder"] != sys.byteorder:
        raise DamagedTable("it was made on a machine with another order of bytes", path=str(path))
    return read


def _sections(directory: Mapping[str, Any], size: int, path: Path) -> dict[str, tuple[int, int, int]]:
    found: Iterable[tuple[str, int, int, int]] = directory["sections"]
    if any(start + length > size for _, start, length, _ in found):
        raise DamagedTable("a section goes beyond its end", path=str(path))
    return {name: (start, length, checksum) for name, start, length, checksum in found}
