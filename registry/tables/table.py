"""A table with a title, lines above it, columns, rows, and notes below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

Cell: TypeAlias = str | int | float | Decimal
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Table:
    """What others wrote is a text, even where it looks like a number or a date: no program is to reckon with it.

    What we counted is a number.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    head: tuple[tuple[str, Cell], ...] = ()
    """What stands above: names and values."""
    notes: tuple[str, ...] = ()
    """What stands below, line by line."""


def fit(text: str) -> str:
    """A text without the characters that XML 1.0 has no place for (https://www.w3.org/TR/xml/#charsets)."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))
