"""Initials of Chinese terms as people type them to find a term: 高血压 is gxy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping


def read_initials() -> Callable[[str], str]:
    """A function from a term to its initials, empty for a term without Chinese characters.

    A character that is read in several ways is read as in the longest word of the dictionary that stands there.
    Letters and digits stay, in lower case; everything else is left out.
    """
    from pypinyin.phrases_dict import phrases_dict  # 90,000 entries
    from pypinyin.pinyin_dict import pinyin_dict

    single = {point: _initial(readings) for point, readings in pinyin_dict.items()}
    words = _other_readings(phrases_dict, single)
    longest = max(map(len, words))
    may_begin = re.compile(f"[{''.join({word[0] for word in words})}]")
    table = single | {point: chr(point).lower() for point in range(128) if chr(point).isalnum()}

    def initials(term: str) -> str:
        letters = "".join(table.get(ord(character), "") for character in term)
        if term.isascii() or not any(ord(character) in single for character in term):
            return ""
        return _with_words(term, words, longest, table) if may_begin.search(term) else letters

    return initials


def _initial(readings: str) -> str:
    """The first letter, without its tone, of the first of readings that commas separate."""
    return unicodedata.normalize("NFD", readings)[:1].lower()


def _other_readings(phrases: Mapping[str, list[list[str]]], single: Mapping[int, str]) -> dict[str, str]:
    """The words in which a character is not read as it is alone, with their initials."""
    found: dict[str, str] = {}
    for word, readings in phrases.items():
        letters = "".join(_initial(each[0]) for each in readings)
        if len(letters) == len(word) and any(single.get(ord(c)) != i for c, i in zip(word, letters, strict=True)):
            found[word] = letters
    return found


def _with_words(term: str, words: Mapping[str, str], longest: int, table: Mapping[int, str]) -> str:
    parts: list[str] = []
    place = 0
    while place < len(term):
        for size in range(min(longest, len(term) - place), 1, -1):
            if (letters := words.get(term[place : place + size])) is not None:
                parts.append(letters)
                place += size
                break
        else:
            parts.append(table.get(ord(term[place]), ""))
            place += 1
    return "".join(parts)
