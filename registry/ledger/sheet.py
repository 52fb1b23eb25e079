"""A workbook with a row of headings, row by row; what its cells say, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol, TypeVar

from fhir_kernel.errors import ArchiveError
from fhir_kernel.packages.archive import ArchiveLimits
from registry.ledger.cells import DAY_EXPECTED, day_of
from registry.plain_text import plain_text
from registry.refusal import Refused, refused
from registry.sentence import Sentence
from terminology.importers.imported import Findings, ImportRefused, Severity
from terminology.importers.layout import Row
from terminology.importers.xlsx_source import XlsxSource

MOST_ROWS, LONGEST_TEXT = 20_000, 300
_HEADING_WITHIN = 20
_SHOWN = 100
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table by their codes, and which of them have to be there; the first tells which row heads it."""

    names: Mapping[str, Sentence]
    needed: tuple[str, ...]


class Source(Protocol):
    """Rows of cells by their lines, such as XlsxSource and CsvSource give them."""

    def rows(self, findings: Findings) -> Iterator[Row]: ...


def rows_in(path: Path, columns: Columns, limits: ArchiveLimits | None = None) -> Iterator[tuple[int, Cells]]:
    """The rows below the headings that are not empty, each with its line.

    May take long, so call it in a thread. Raises Refused where it is no such table, OSError.
    """
    return rows_of(XlsxSource(path, limits=limits or ArchiveLimits()), columns)


def rows_of(source: Source, columns: Columns) -> Iterator[tuple[int, Cells]]:
    """The same of a table in whatever form. Raises Refused where it is no such table, OSError."""
    places: Mapping[str, int] | None = None
    findings = Findings()
    try:
        for line, cells in source.rows(findings):
            if line > MOST_ROWS:  # a row can say that it is the two thousand millionth, and empty ones come before it
                raise refused("too-large", f"more than {MOST_ROWS} rows", f"超过 {MOST_ROWS} 行")
            if places is None:
                places = _places(columns, cells, line)
            elif any(each.strip() for each in cells):
                yield line, Cells(columns, places, cells)
    except (ImportRefused, ArchiveError) as error:
        raise refused("invalid", f"no table can be read: {error}", f"无法读取表格：{error}") from error
    for each in findings:
        if each.severity is Severity.ERROR:
            raise refused("invalid", f"no table can be read: {each}", f"无法读取表格：{each}")
    if places is None:
        raise _no_heading(columns, (), 1)


class Cells:
    """The cells of one row, while faults are collected: where, what was found, what was expected."""

    def __init__(self, columns: Columns, places: Mapping[str, int], cells: Sequence[str]) -> None:
        self._names = columns.names
        self._said = {name: cells[at].strip() if at < len(cells) else "" for name, at in places.items()}
        self.faults: list[Sentence] = []

    def said(self, name: str) -> str:
        """What stands in a column; nothing where there is no such column."""
        return self._said.get(name, "")

    def fault(self, name: str, expected: Sentence) -> None:
        """Say that a cell is not what was expected."""
        self.faults.append(fault(self._names[name], self.said(name), expected))

    def made(self, name: str, make: Callable[[str], Value | None], expected: Sentence) -> Value | None:
        """What is made of a cell; None, and a fault, where nothing can be."""
        made = make(self.said(name))
        if made is None:
            self.fault(name, expected)
        return made

    def text(self, name: str) -> str:
        """A plain text on one line."""
        try:
            return plain_text(self.said(name), most=LONGEST_TEXT, where=name, least=0)
        except Refused as refusal:
            self.fault(name, refusal.sentences[0])
            return ""

    def title(self) -> Sentence:
        """The title, in both languages where only one is said."""
        zh, en = self.text("titleZh"), self.text("titleEn")
        if not (zh or en):
            self.fault("titleZh", Sentence("a title", "名称"))
        return Sentence(en or zh, zh or en)

    def day(self, name: str) -> date | None:
        """A day; None where nothing is said."""
        return self.made(name, day_of, DAY_EXPECTED) if self.said(name) else None


def fault(column: Sentence, found: str, expected: Sentence) -> Sentence:
    """Where, what was found, what was expected."""
    said = found[:_SHOWN] or "-"
    en, zh = f"{column.en}: found '{said}'; expected {expected.en}", f"{column.zh}：“{said}”；应为{expected.zh}"
    return Sentence(en, zh)


def _places(columns: Columns, cells: Sequence[str], line: int) -> Mapping[str, int] | None:
    """Where each column stands, if this is the row of the headings."""
    headings = [each.strip() for each in cells]
    places = {
        name: headings.index(said)
        for name, names in columns.names.items()
        for said in (names.en, names.zh)
        if said in headings
    }
    if columns.needed[0] not in places and line < _HEADING_WITHIN:
        return None
    filled = [each for each in headings if each]
    if any(name not in places for name in columns.needed) or len(set(filled)) != len(filled):
        raise _no_heading(columns, filled, line)
    return places


def _no_heading(columns: Columns, found: Sequence[str], line: int) -> Refused:
    said = ", ".join(found)[:200] or "-"
    needed = [columns.names[name] for name in columns.needed]
    return refused(
        "invalid",
        f"found the headings {said}; expected at least {', '.join(each.en for each in needed)}, each once",
        f"表头为：{said}；至少应有且不重复：{'、'.join(each.zh for each in needed)}",
        f"row {line}",
    )
