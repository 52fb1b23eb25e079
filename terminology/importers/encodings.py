"""Tells how the text of a file is encoded: UTF-8, GB18030 or UTF-16, and which lines are encoded otherwise."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from terminology.importers.imported import ImportRefused

_CHUNK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FIRST_CJK = "\u2e80"
_LONGEST_LINE = 1 << 24


@dataclass(frozen=True, slots=True)
class Encoding:
    """`odd_lines` are the numbers of lines that are in the other of UTF-8 and GB18030."""

    name: str
    odd_lines: tuple[int, ...] = ()


def find_encoding(path: Path) -> Encoding:
    """How `path` is encoded: by its byte order mark, else UTF-8 if it is that throughout, else GB18030.

    Raises ImportRefused naming the line that is neither; OSError.
    """
    with path.open("rb") as file:
        start = file.read(4)
    for mark, name in _MARKS:
        if start.startswith(mark):
            return Encoding(name)
    return Encoding("utf-8") if _is(path, "utf-8") else _by_lines(path)


def check_encoding(path: Path, name: str) -> Encoding:
    """`name`, which a person says the encoding is. Raises ImportRefused where it is no encoding, or not that of all."""
    try:
        codecs.lookup(name)
    except LookupError as error:
        raise ImportRefused(f"encoding: found {name!r}; expected one such as utf-8, gb18030, gbk or big5") from error
    if not _is(path, name):
        raise ImportRefused(f"{path.name} is not {name} throughout; without an encoding given, it is found out")
    return Encoding(name)


def _is(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _by_lines(path: Path) -> Encoding:
    """Few lines of GB18030 are UTF-8 by chance, and then they hold no Chinese characters."""
    utf8: list[int] = []
    other: list[int] = []
    for number, line in _lines(path):
        if line.isascii():
            continue
        text = _decoded(line, "utf-8")
        if text is not None and any(character >= _FIRST_CJK for character in text):
            utf8.append(number)
        elif _decoded(line, "gb18030") is not None:
            other.append(number)
        elif text is None:
            raise ImportRefused(f"{path.name}, line {number}: found bytes that are neither UTF-8 nor GB18030")
    return Encoding("utf-8", tuple(other)) if len(utf8) > len(other) else Encoding("gb18030", tuple(utf8))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(_LONGEST_LINE):
            number += 1
            yield number, line


def _decoded(line: bytes, name: str) -> str | None:
    try:
        return line.decode(name)
    except UnicodeDecodeError:
        return None
