"""Tables in Excel workbooks (ECMA-376 .xlsx), read row by row.

What a sheet says of its size is not believed: rows beyond a wrong size would go unread
(https://openpyxl.readthedocs.io/en/stable/optimized.html#worksheet-dimensions).
"""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.packages.progress import Progress, silent
from terminology.importers.archives import checked_zip
from terminology.importers.imported import Findings, ImportFinding, ImportRefused, Severity
from terminology.importers.layout import Row

_MOST_COLUMNS = 1000
_MOST_ROWS = 1 << 20
"""As many as Excel has in a sheet; a row that claims to be further down is not waited for."""
_TOLD_EVERY = 1000


@dataclass(frozen=True, slots=True)
class XlsxSource:
    """One sheet of a workbook; the first that has rows where none is named."""

    path: Path
    sheet: str | None = None
    limits: ArchiveLimits = field(default_factory=ArchiveLimits)
    progress: Progress = silent

    @property
    def name(self) -> str:
        return self.path.name

    def rows(self, findings: Findings) -> Iterator[Row]:
        """The rows by their number in the sheet. Raises ImportRefused, ArchiveError, OSError."""
        from openpyxl import load_workbook  # takes long to load
        from openpyxl.utils.exceptions import InvalidFileException

        checked_zip(self.path, self.limits)
        try:
            with self.path.open("rb") as file:  # a path without an extension of Excel's would be refused
                book = load_workbook(file, read_only=True, data_only=True)
                try:
                    yield from self._rows(book, findings)
                finally:
                    book.close()
        # Errors of syntax are those of the XML within.
        except (InvalidFileException, zipfile.BadZipFile, KeyError, SyntaxError, ValueError, TypeError) as error:
            raise ImportRefused(f"{self.name} is no workbook that can be read: {error}") from error

    def _rows(self, book: Any, findings: Findings) -> Iterator[Row]:
        foreseen = {each.title: each.max_row or None for each in book.worksheets}
        sheet = self._sheet(book)
        for number, cells in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS, values_only=True), start=1):
            if number > _MOST_ROWS:
                raise ImportRefused(f"{self.name}: found rows after {_MOST_ROWS}; expected no more than Excel has")
            if number % _TOLD_EVERY == 0:
                self.progress("read", number, foreseen[sheet.title])
            yield number, _texts(cells, number, findings)

    def _sheet(self, book: Any) -> Any:
        sheets = book.worksheets
        for each in sheets:
            each.reset_dimensions()
        if self.sheet is None:
            return next((each for each in sheets if _has_rows(each)), sheets[0])
        for each in sheets:
            if each.title == self.sheet:
                return each
        raise ImportRefused(f"{self.name}: found the sheets {', '.join(book.sheetnames)}; expected {self.sheet!r}")


def _has_rows(sheet: Any) -> bool:
    return next(sheet.iter_rows(values_only=True), None) is not None


def _texts(cells: tuple[Any, ...], row: int, findings: Findings) -> list[str]:
    if cells.count(None) == len(cells):
        return []
    texts = [_text(cell, row, place, findings) for place, cell in enumerate(cells, start=1)]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(cell: Any, row: int, place: int, findings: Findings) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime | datetime.date | datetime.time):
        expected = "text: Excel makes dates of codes such as 1-2"
        column = f"column {place}"
        findings.add(ImportFinding("date-cell", Severity.WARNING, f"the date {cell}", expected, row, column))
        return cell.isoformat()
    return str(cell)
