"""Finds words anywhere in texts by the pairs of neighbouring characters of which their words consist.

Each word of a text gives its pairs and, for the end of the word, its last character alone. What is looked for in one or
two characters is found by that alone; of longer words and of several, the candidates are compared with the texts.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from mmap import mmap
from operator import and_
from typing import Final

from terminology.tables.index_format import IndexFile, IndexWriter
from terminology.tables.runs import EMPTY, Runs
from terminology.tables.text import fold, words_of

_BETWEEN: Final = "\n"
"""Stands between the texts of a concept; no word holds it."""
_CHEAPER: Final = 8
"""Comparing a candidate with its texts costs as much as leaving out that many positions of another list."""


@dataclass(frozen=True, slots=True)
class TextIndex:
    """The texts of the concepts of a table, folded, and where each pair of characters is in them."""

    size: int
    raw: mmap
    start: int
    offsets: Sequence[int]
    """By position, where its texts start after `start` in `raw`; one more for the end of the last."""
    pairs: Sequence[int]
    firsts: Sequence[int]
    """By pair, which of the runs is its first; one more for the end."""
    sizes: Sequence[int]
    """By pair, how many positions its runs hold."""
    starts: memoryview
    ends: memoryview
    """The runs of positions at which each pair is, pair after pair."""

    def search(self, text: str) -> Runs:
        """As `Table.search`."""
        words = words_of(text)
        if not words:
            return Runs.between(0, self.size)
        if len(words) == 1 and len(words[0]) == 1:
            return self._holding_character(words[0])
        if len(words) == 1 and len(words[0]) == 2:
            return self._at(_key(words[0]))
        found = self._candidates(words)
        return Runs.of_sorted(self._compared(sorted(found), [_encoded(each) for each in words]))

    def _candidates(self, words: Iterable[str]) -> Iterable[int]:
        """Positions among which are all whose texts hold the words."""
        pairs = {word[at : at + 2] for word in words for at in range(len(word) - 1)}
        found = sorted((self._at(_key(each)) for each in pairs), key=len)
        if not found:
            return reduce(and_, map(self._holding_character, words))
        candidates = found[0]
        for each in found[1:]:
            if len(each) > _CHEAPER * len(candidates):
                break
            candidates &= each
        return candidates

    def _at(self, pair: int) -> Runs:
        number = bisect_left(self.pairs, pair)
        if number == len(self.pairs) or self.pairs[number] != pair:
            return EMPTY
        first, last = self.firsts[number], self.firsts[number + 1]
        return Runs(self.starts[first:last], self.ends[first:last], self.sizes[number])

    def _holding_character(self, character: str) -> Runs:
        """All pairs that begin with the character follow one another."""
        first, last = (bisect_left(self.pairs, (ord(character) + more) << 32) for more in (0, 1))
        if first == last:
            return EMPTY
        marks = bytearray(self.size)
        begin, stop = self.firsts[first], self.firsts[last]
        for start, end in zip(self.starts[begin:stop], self.ends[begin:stop], strict=True):
            marks[start:end] = b"\1" * (end - start)
        return Runs.of_marks(marks)

    def _compared(self, candidates: Iterable[int], words: Sequence[bytes]) -> list[int]:
        """The candidates of which one text holds all the words."""
        raw, start, offsets = self.raw, self.start, self.offsets
        between = _BETWEEN.encode()
        found = []
        for each in candidates:
            texts = raw[start + offsets[each] : start + offsets[each + 1]]
            if all(word in texts for word in words) and (
                len(words) == 1 or any(all(word in text for word in words) for text in texts.split(between))
            ):
                found.append(each)
        return found


class TextIndexBuilder:
    """Takes the texts of concept after concept, then writes the index."""

    def __init__(self) -> None:
        self._texts = bytearray()
        self._offsets = array("Q", [0])
        self._positions: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))

    def add(self, position: int, texts: Iterable[str]) -> None:
        """The texts of the concept at `position`, which is the next."""
        words_by_text = [fold(each).split() for each in texts]
        pairs = {word[at : at + 2] for words in words_by_text for word in words for at in range(len(word))}
        for each in pairs:
            self._positions[each].append(position)
        self._texts += _BETWEEN.join(map(" ".join, words_by_text)).encode()
        self._offsets.append(len(self._texts))

    def write(self, writer: IndexWriter) -> None:
        writer.add("texts", self._texts)
        writer.add("texts.offsets", self._offsets)
        order = sorted(self._positions)
        writer.add("pairs", array("Q", map(_key, order)))
        writer.add("pairs.sizes", array("I", (len(self._positions[each]) for each in order)))
        firsts, starts, ends = array("I", [0]), array("I"), array("I")
        for each in order:
            for start, end in Runs.of_sorted(self._positions[each]).runs():
                starts.append(start)
                ends.append(end)
            firsts.append(len(starts))
        writer.add("pairs.firsts", firsts)
        writer.add("pairs.starts", starts)
        writer.add("pairs.ends", ends)


def open_texts(file: IndexFile, size: int) -> TextIndex:
    """The index of the texts of `size` concepts. Raises DamagedTable."""
    file.bytes("texts")
    start, _ = file.place("texts")
    offsets, pairs = file.numbers("texts.offsets", "Q"), file.numbers("pairs", "Q")
    firsts, sizes = file.numbers("pairs.firsts"), file.numbers("pairs.sizes")
    starts, ends = file.numbers("pairs.starts"), file.numbers("pairs.ends")
    return TextIndex(size, file.raw, start, offsets, pairs, firsts, sizes, starts, ends)


def _key(pair: str) -> int:
    """Sorts as the pair does; a character alone comes before its pairs."""
    return ord(pair[0]) << 32 | (ord(pair[1]) + 1 if len(pair) > 1 else 0)


def _encoded(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")
