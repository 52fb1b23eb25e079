"""Reads the tables of a release, which have headings in their first row, as records by column name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from fhir_kernel.packages.progress import Progress
from terminology.importers.archives import Release
from terminology.importers.imported import ImportRefused

Record: TypeAlias = tuple[int, list[str]]
"""The number of the row in its file, from 1, and the asked columns in the order asked."""
_TOLD_EVERY = 20_000


class _Tabs(csv.excel_tab):
    """Tabs between cells, and quotation marks that mean nothing."""

    quoting = csv.QUOTE_NONE


def read_columns(
    release: Release, name: str, columns: Sequence[str], progress: Progress, *, tabs: bool = False
) -> Iterator[Record]:
    """The given columns of a table in UTF-8; with `tabs` without quotation marks, as in RF2.

    Columns that begin with `?` may be absent and are then empty. Raises ImportRefused naming file, row and column.
    """
    with release.open(name) as binary:
        text = io.TextIOWrapper(binary, encoding="utf-8-sig", newline="")
        dialect = _Tabs if tabs else csv.excel
        reader = csv.reader(text, dialect)
        try:
            headings = next(reader, [])
            places = [_place(name, headings, column) for column in columns]
            needed = max(places) + 1
            for number, cells in enumerate(reader, start=2):
                if len(cells) < needed:
                    if not cells:
                        continue
                    raise ImportRefused(f"{name}, row {number}: found {len(cells)} cells; expected {len(headings)}")
                yield number, [cells[place] if place >= 0 else "" for place in places]
                if number % _TOLD_EVERY == 0:
                    progress(f"read {name.rpartition('/')[2]}", number, None)
        except (csv.Error, UnicodeDecodeError) as error:
            raise ImportRefused(f"{name}, row {reader.line_num}: {error}") from error


def _place(name: str, headings: Sequence[str], column: str) -> int:
    wanted = column.removeprefix("?")
    if wanted in headings:
        return headings.index(wanted)
    if wanted != column:
        return -1
    raise ImportRefused(f"{name}: found the columns {', '.join(headings) or 'none'}; expected {wanted}")
