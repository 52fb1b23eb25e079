"""Where each code stands in a table: an open-addressed hash table over codes that lie one after another.

The hash is that of the code without case, so that one table finds codes exactly and ignoring case.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from mmap import mmap
from typing import Final

from terminology.tables.index_format import IndexFile, IndexWriter

_SLOTS_PER_CODE: Final = 2


@dataclass(frozen=True, slots=True)
class CodeIndex:
    """The codes of a table by position, and the positions by code."""

    raw: mmap
    start: int
    offsets: Sequence[int]
    """By position, where its code starts after `start` in `raw`; one more for the end of the last."""
    slots: Sequence[int]
    """By hash, the position plus 1, or 0; as many as a power of 2."""

    def code(self, position: int) -> str:
        return self._encoded(position).decode()

    def position(self, code: str) -> int | None:
        """Where exactly this code is."""
        wanted = code.encode("utf-8", "surrogatepass")
        raw, start, offsets, slots = self.raw, self.start, self.offsets, self.slots
        last = len(slots) - 1
        slot = _hash(code) & last
        while found := slots[slot]:
            if raw[start + offsets[found - 1] : start + offsets[found]] == wanted:
                return found - 1
            slot = (slot + 1) & last
        return None

    def position_ignoring_case(self, code: str) -> int | None:
        """Where the first code is that differs at most in case: those of one hash were entered in order."""
        wanted = code.casefold()
        last = len(self.slots) - 1
        slot = _hash(code) & last
        while found := self.slots[slot]:
            if self.code(found - 1).casefold() == wanted:
                return found - 1
            slot = (slot + 1) & last
        return None

    def _encoded(self, position: int) -> bytes:
        if not 0 <= position < len(self.offsets) - 1:
            raise IndexError(position)
        return self.raw[self.start + self.offsets[position] : self.start + self.offsets[position + 1]]


def write_codes(writer: IndexWriter, codes: Iterable[str], count: int) -> None:
    """The codes in the order of their positions."""
    offsets = array("I", [0])
    slots = array("I", bytes(4 << (count * _SLOTS_PER_CODE).bit_length()))
    last = len(slots) - 1
    with writer.section("codes") as section:
        for position, code in enumerate(codes):
            encoded = code.encode()
            section.write(encoded)
            offsets.append(offsets[-1] + len(encoded))
            slot = _hash(code) & last
            while slots[slot]:
                slot = (slot + 1) & last
            slots[slot] = position + 1
    writer.add("codes.offsets", offsets)
    writer.add("codes.slots", slots)


def open_codes(file: IndexFile) -> CodeIndex:
    """Raises DamagedTable."""
    file.bytes("codes")
    return CodeIndex(file.raw, file.place("codes")[0], file.numbers("codes.offsets"), file.numbers("codes.slots"))


def _hash(code: str) -> int:
    return zlib.crc32(code.casefold().encode("utf-8", "surrogatepass"))
