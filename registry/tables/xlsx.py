"""A table as an Excel workbook (ECMA-376); a cell that begins like a formula stays a text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from registry.tables.table import Cell, Table, fit

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_PROPERTIES = "docProps/core.xml"
_TIMES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_LONGEST_CELL = 32_767
_NOT_IN_A_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))
_LONGEST_TITLE = 31
_WIDEST, _NARROWEST = 60, 8


def as_xlsx(*tables: Table) -> bytes:
    """A workbook with a sheet for each: title, head, columns, rows, notes; it is read back as it was written.

    The same tables give the same bytes.
    """
    from openpyxl import Workbook  # takes long to load

    book = Workbook(write_only=True)
    for table in tables:
        sheet = book.create_sheet(table.title.translate(_NOT_IN_A_TITLE)[:_LONGEST_TITLE] or "1")
        _set_widths(sheet, table)
        _fill(sheet, table)
    written = io.BytesIO()
    book.save(written)
    return _without_times(written)


def _fill(sheet: WriteOnlyWorksheet, table: Table) -> None:
    _write(sheet, [(table.title,)] if table.title else [], bold=True)
    _write(sheet, table.head)
    _write(sheet, [table.columns], bold=True)
    _write(sheet, table.rows)
    _write(sheet, [(each,) for each in table.notes])


def _write(sheet: WriteOnlyWorksheet, rows: Iterable[tuple[Cell, ...]], *, bold: bool = False) -> None:
    for row in rows:
        sheet.append([_text(sheet, each, bold) if isinstance(each, str) else each for each in row])


def _text(sheet: WriteOnlyWorksheet, text: str, bold: bool) -> Any:
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


def _without_times(written: io.BytesIO) -> bytes:
    """The same workbook without the times of its making, so that the same tables give the same bytes."""
    made = io.BytesIO()
    with ZipFile(written) as old, ZipFile(made, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(ZipInfo(name), _TIMES.sub(b"", content) if name == _PROPERTIES else content, ZIP_DEFLATED)
    return made.getvalue()


def _set_widths(sheet: Any, table: Table) -> None:
    """The type stubs do not know that a sheet for writing has widths, too."""
    from openpyxl.utils import get_column_letter

    for place, name in enumerate(table.columns, start=1):
        longest = max((len(str(row[place - 1])) for row in table.rows), default=0)
        width = max(_NARROWEST, min(_WIDEST, 2 * max(len(name), longest)))
        sheet.column_dimensions[get_column_letter(place)].width = width
