"""The file of a compiled index: definitions as JSON, one after another, with a table and the types behind them.

Layout: magic, definitions, model, table, footer. The footer holds where the model and the table stand and their
SHA-256, and comes last, so that a file cut short is known at once; each definition has a checksum in the table.
Nothing in the file is ever executed.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

FORMAT = 2
_MAGIC = b"plumbline-index\n"
_FOOTER = struct.Struct("<QQQ32s32s16s")  # model start, table start, footer start, digests of model and table, magic


class DamagedIndex(ValueError):
    """The file is no index, was cut short or changed; it is to be built anew."""


@dataclass(slots=True)
class IndexWriter:
    """Writes the definitions one by one, then everything else."""

    file: IO[bytes]
    position: int = 0

    def begin(self) -> None:
        self._write(_MAGIC)

    def add(self, data: bytes) -> tuple[int, int, int]:
        """Append one definition; its offset, length and checksum."""
        offset = self.position
        self._write(data)
        return offset, len(data), zlib.crc32(data)

    def finish(self, model: bytes, table: bytes) -> None:
        model_start = self.position
        self._write(model)
        table_start = self.position
        self._write(table)
        digests = hashlib.sha256(model).digest(), hashlib.sha256(table).digest()
        self._write(_FOOTER.pack(model_start, table_start, self.position, *digests, _MAGIC))

    def _write(self, data: bytes) -> None:
        self.file.write(data)
        self.position += len(data)


class IndexFile:
    """An index file mapped into memory; only the pages that are read are loaded."""

    __slots__ = ("_map", "_model_digest", "_model_start", "_table_start", "table")

    def __init__(self, file: IO[bytes]) -> None:
        """Map `file` and check its footer and table. Raises DamagedIndex, OSError."""
        self._map = _map(file)
        size = len(self._map)
        footer = size - _FOOTER.size
        if footer < len(_MAGIC):
            raise DamagedIndex("the file is too short")
        self._model_start, self._table_start, end, self._model_digest, digest, magic = _FOOTER.unpack(
            self._map[footer:]
        )
        if magic != _MAGIC or end != footer or not len(_MAGIC) <= self._model_start <= self._table_start <= end:
            raise DamagedIndex("the footer is not where it should be")
        table = self._map[self._table_start : end]
        if hashlib.sha256(table).digest() != digest:
            raise DamagedIndex("the table was changed")
        self.table: dict[str, Any] = orjson.loads(table)

    def definition(self, offset: int, length: int, checksum: int) -> bytes:
        """The JSON of one definition. Raises DamagedIndex."""
        data = self._map[offset : offset + length]
        if len(data) != length or zlib.crc32(data) != checksum:
            raise DamagedIndex("a definition was changed")
        return data

    def model(self) -> bytes:
        """The types, as `index_model` wrote them. Raises DamagedIndex."""
        data = self._map[self._model_start : self._table_start]
        if hashlib.sha256(data).digest() != self._model_digest:
            raise DamagedIndex("the types were changed")
        return data


def open_file(path: Path, fingerprint: str) -> IndexFile:
    """The index at `path` if it is whole and made from `fingerprint`. Raises DamagedIndex, OSError."""
    with path.open("rb") as file:
        index = IndexFile(file)
    if index.table.get("fingerprint") != fingerprint:
        raise DamagedIndex("it was made from another state of the package")
    return index


def pack_table(fingerprint: str, columns: Mapping[str, Sequence[Any]]) -> bytes:
    """The table section."""
    return orjson.dumps({"fingerprint": fingerprint, "columns": columns})


def _map(file: IO[bytes]) -> mmap.mmap:
    try:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError as error:
        raise DamagedIndex("the file is empty") from error
