"""Text without what a search passes over: case, accents, width of letters, white space.

https://hl7.org/fhir/R4/search.html#string
"""

from __future__ import annotations

import re
from unicodedata import is_normalized, normalize

_ACCENTS = dict.fromkeys(range(0x0300, 0x0370))
"""Marks of Latin, Greek and Cyrillic letters; those of other scripts, such as か and が, make another letter."""
_MARK = re.compile("[\u0300-\u036f]")


def fold(text: str) -> str:
    """The folded text; folding it again changes nothing. Full-width letters become plain ones."""
    if text.isascii():
        return " ".join(text.lower().split())
    if _is_plain(text):
        return " ".join(text.split())
    bare = normalize("NFKD", normalize("NFKD", text).casefold()).translate(_ACCENTS)
    return " ".join(normalize("NFC", bare).split())


def _is_plain(text: str) -> bool:
    """Whether nothing is to be folded, as in most Chinese text; tells sooner than folding does."""
    if not is_normalized("NFKD", text) or not is_normalized("NFC", text):
        return False
    return text == text.casefold() and _MARK.search(text) is None


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text."""
    return tuple(fold(text).split())
