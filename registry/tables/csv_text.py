"""A table as CSV (https://www.rfc-editor.org/rfc/rfc4180), with the mark by which Excel knows that it is UTF-8.

What a spreadsheet would take for a formula is made a text by an apostrophe (https://owasp.org/www-community/attacks/CSV_Injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from registry.tables.table import Cell, Table, fit

_FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")


def as_csv(table: Table) -> bytes:
    """The columns and the rows; what stands above and below is not part of it."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(_harmless(table.columns))
    writer.writerows(_harmless(row) for row in table.rows)
    return written.getvalue().encode("utf-8-sig")


def _harmless(cells: Iterable[Cell]) -> list[str]:
    return [_harmless_text(each) if isinstance(each, str) else str(each) for each in cells]


def _harmless_text(cell: str) -> str:
    text = fit(cell)
    return f"'{text}" if text.lstrip(" \u3000").startswith(_FORMULA) else text
