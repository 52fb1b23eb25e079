"""Values with separators, and how those are escaped (https://hl7.org/fhir/R4/search.html#escaping)."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\([\\,$|])")


def split(text: str, separator: str) -> list[str]:
    """The parts of a value between unescaped separators, still escaped."""
    if separator not in text:
        return [text]
    if "\\" not in text:
        return text.split(separator)
    parts, start, index = [], 0, 0
    while index < len(text):
        if text[index] == "\\":
            index += 2
            continue
        if text[index] == separator:
            parts.append(text[start:index])
            start = index + 1
        index += 1
    return [*parts, text[start:]]


def unescape(text: str) -> str:
    """The value that is meant."""
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text
