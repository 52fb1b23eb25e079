"""A table with a title, lines above it, columns, rows, and notes below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Table:
    """Texts only: what is a number or a date to somebody else is a text here, so that no program reckons with it."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    head: tuple[tuple[str, str], ...] = ()
    """What stands above: names and values."""
    notes: tuple[str, ...] = ()
    """What stands below, line by line."""


def fit(text: str) -> str:
    """A text without the characters that XML 1.0 has no place for (https://www.w3.org/TR/xml/#charsets)."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))
