"""Which concepts have which value of a property: sorted values, each with the runs of its positions."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import final

from terminology.tables.index_format import IndexFile, IndexWriter
from terminology.tables.runs import Runs

Marked = dict[str, "array[int]"]
"""By value, the bounds of its runs so far: start, end, start, end …"""


@final
@dataclass(frozen=True, slots=True, eq=False)
class PropertyValues(Mapping[str, Runs]):
    """The runs of positions by value, read from a mapped file."""

    texts: _Texts
    firsts: Sequence[int]
    """By value, which run is its first; one more for the end."""
    starts: memoryview
    ends: memoryview

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[str]:
        return (each.decode() for each in self.texts)

    def __getitem__(self, value: str) -> Runs:
        wanted = value.encode("utf-8", "surrogatepass")
        number = bisect_left(self.texts, wanted)
        if number == len(self.texts) or self.texts[number] != wanted:
            raise KeyError(value)
        place = slice(self.firsts[number], self.firsts[number + 1])
        return Runs(self.starts[place], self.ends[place])


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts that lie one after another."""

    raw: memoryview
    offsets: Sequence[int]

    def __len__(self) -> int:
        return max(len(self.offsets) - 1, 0)

    def __iter__(self) -> Iterator[bytes]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, number: int) -> bytes:
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self.raw[self.offsets[number] : self.offsets[number + 1]].tobytes()


def mark(values: Marked, value: str, position: int) -> None:
    """Note that the concept at `position`, which is not before any noted so far, has `value`."""
    bounds = values.get(value)
    if bounds is None:
        values[value] = array("I", (position, position + 1))
    elif bounds[-1] == position:
        bounds[-1] = position + 1
    elif bounds[-1] < position:
        bounds.extend((position, position + 1))


def write_values(writer: IndexWriter, name: str, values: Marked) -> None:
    """The values of one property, as sections whose names begin with `name`."""
    order = sorted(values, key=str.encode)
    encoded = [each.encode() for each in order]
    writer.add(f"{name}.values", b"".join(encoded))
    writer.add(f"{name}.offsets", _offsets(map(len, encoded)))
    writer.add(f"{name}.firsts", _offsets(len(values[each]) // 2 for each in order))
    for suffix, first in (("starts", 0), ("ends", 1)):
        with writer.section(f"{name}.{suffix}") as section:
            for each in order:
                section.write(values[each][first::2].tobytes())


def open_values(file: IndexFile, name: str) -> PropertyValues:
    """The values that were written under `name`. Raises DamagedTable."""
    texts = _Texts(file.bytes(f"{name}.values"), file.numbers(f"{name}.offsets"))
    starts, ends = file.numbers(f"{name}.starts"), file.numbers(f"{name}.ends")
    return PropertyValues(texts, file.numbers(f"{name}.firsts"), starts, ends)


def _offsets(lengths: Iterable[int]) -> array[int]:
    return array("I", accumulate(lengths, initial=0))
