"""A table as an Excel workbook (ECMA-376); a cell that begins like a formula stays a text."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from registry.tables.table import Table, fit

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_LONGEST_CELL = 32_767
_NOT_IN_A_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_LONGEST_TITLE = 31
_WIDEST, _NARROWEST = 60, 8


def as_xlsx(table: Table) -> bytes:
    """A workbook of one sheet: title, head, columns, rows, notes; it is read back as it was written."""
    from openpyxl import Workbook  # takes long to load

    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.title.translate(_NOT_IN_A_TITLE)[:_LONGEST_TITLE] or "1")
    _set_widths(sheet, table)
    _write(sheet, [(table.title,)] if table.title else [], bold=True)
    _write(sheet, table.head)
    _write(sheet, [table.columns], bold=True)
    _write(sheet, table.rows)
    _write(sheet, [(each,) for each in table.notes])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _write(sheet: WriteOnlyWorksheet, rows: Iterable[tuple[str, ...]], *, bold: bool = False) -> None:
    for row in rows:
        sheet.append([_cell(sheet, text, bold) for text in row])


def _cell(sheet: WriteOnlyWorksheet, text: str, bold: bool) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    cell = WriteOnlyCell(sheet, value=fit(text)[:_LONGEST_CELL])
    cell.data_type = "s"
    cell.number_format = "@"
    if bold:
        cell.font = Font(bold=True)
    elif "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _set_widths(sheet: Any, table: Table) -> None:
    """The type stubs do not know that a sheet for writing has widths, too."""
    from openpyxl.utils import get_column_letter

    for place, name in enumerate(table.columns, start=1):
        longest = max((len(row[place - 1]) for row in table.rows), default=0)
        width = max(_NARROWEST, min(_WIDEST, 2 * max(len(name), longest)))
        sheet.column_dimensions[get_column_letter(place)].width = width
