"""Reading a ledger from a workbook: every row is a standard, or says what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from fhir_kernel.errors import ArchiveError
from fhir_kernel.packages.archive import ArchiveLimits
from registry.comments.ledger import CLASSES, COLUMNS, STATUSES, LedgerRow
from registry.comments.ledger_cells import (
    CLASS_EXPECTED,
    DAY_EXPECTED,
    NUMBER_EXPECTED,
    REGION_EXPECTED,
    STATUS_EXPECTED,
    code_of,
    day_of,
    kind_of,
    number_of,
    region_of,
    year_of,
)
from registry.drafting.refusing import refused
from registry.plain_text import plain_text
from registry.refusal import Refused
from registry.sentence import Sentence
from terminology.importers.imported import Findings, ImportRefused
from terminology.importers.xlsx_source import XlsxSource

MOST_ROWS, LONGEST_TITLE = 30_000, 300
_HEADING_WITHIN = 20
_NEEDED = ("number", "titleZh", "class", "status")
_PUBLISHED = ("upcoming", "current", "ending", "abolished", "superseded")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with a cell."""

    column: str
    """Its name among COLUMNS."""
    found: str
    expected: Sentence

    @property
    def sentence(self) -> Sentence:
        """Where, what was found, what was expected."""
        name, found = COLUMNS[self.column], self.found or "-"
        return Sentence(
            f"{name.en}: found {found!r}; expected {self.expected.en}", f"{name.zh}：“{found}”；应为{self.expected.zh}"
        )


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of the workbook by its line: a standard, or what is wrong."""

    line: int
    number: str
    row: LedgerRow | None
    faults: tuple[RowFault, ...]


def read_ledger(path: Path, limits: ArchiveLimits | None = None) -> tuple[ReadRow, ...]:
    """The rows of a workbook; may take long, so call it in a thread. Raises Refused where it is no ledger, OSError."""
    columns: Mapping[str, int] | None = None
    read: list[ReadRow] = []
    try:
        for line, cells in XlsxSource(path, limits=limits or ArchiveLimits()).rows(Findings()):
            if line > MOST_ROWS:  # a row can say that it is the two thousand millionth, and empty ones come before it
                raise refused("too-large", f"more than {MOST_ROWS} rows", f"超过 {MOST_ROWS} 行")
            if columns is None:
                columns = _columns(cells, line)
            elif any(each.strip() for each in cells):
                read.append(_Cells(columns, cells).read(line))
    except (ImportRefused, ArchiveError) as error:
        raise refused("invalid", f"no ledger can be read: {error}", f"无法读取台账：{error}") from error
    if columns is None:
        raise _no_heading((), 1)
    return tuple(read)


def _columns(cells: Sequence[str], line: int) -> Mapping[str, int] | None:
    """Where each column stands, if this is the row of the headings."""
    headings = [each.strip() for each in cells]
    places = {
        name: headings.index(said)
        for name, names in COLUMNS.items()
        for said in (names.en, names.zh)
        if said in headings
    }
    if "number" not in places and line < _HEADING_WITHIN:
        return None
    if any(name not in places for name in _NEEDED) or len(set(headings) - {""}) != len(
        [each for each in headings if each]
    ):
        raise _no_heading(headings, line)
    return places


def _no_heading(found: Sequence[str], line: int) -> Refused:
    said = ", ".join(each for each in found if each)[:200] or "-"
    en, zh = (", ".join(getattr(COLUMNS[name], each) for name in _NEEDED) for each in ("en", "zh"))
    return refused(
        "invalid",
        f"found the headings {said}; expected at least {en}, each once",
        f"表头为：{said}；至少应有且不重复：{zh}",
        where=f"row {line}",
    )


class _Cells:
    """The cells of one row, while faults are collected."""

    def __init__(self, columns: Mapping[str, int], cells: Sequence[str]) -> None:
        self._said = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
        self._faults: list[RowFault] = []

    def read(self, line: int) -> ReadRow:
        number = self._made("number", number_of, NUMBER_EXPECTED, "")
        row = LedgerRow(
            number=number,
            title_zh=self._text("titleZh", least=1),
            title_en=self._text("titleEn"),
            kind=self._kind(number),
            class_=self._made("class", lambda said: code_of(said, CLASSES), CLASS_EXPECTED, ""),
            jurisdiction=self._made("jurisdiction", region_of, REGION_EXPECTED, ""),
            status=self._made("status", lambda said: code_of(said, STATUSES), STATUS_EXPECTED, ""),
            published=self._day("published"),
            in_force=self._day("inForce"),
            replaces=self._replaces(),
            lead_unit=self._text("leadUnit"),
        )
        self._check_dates(row)
        return ReadRow(line, number or self._cell("number")[:50], None if self._faults else row, tuple(self._faults))

    def _cell(self, name: str) -> str:
        return self._said.get(name, "")

    def _fault(self, name: str, expected: Sentence) -> None:
        self._faults.append(RowFault(name, self._cell(name)[:100], expected))

    def _made(self, name: str, make: Callable[[str], Value | None], expected: Sentence, otherwise: Value) -> Value:
        made = make(self._cell(name))
        if made is None:
            self._fault(name, expected)
            return otherwise
        return made

    def _text(self, name: str, *, least: int = 0) -> str:
        try:
            return plain_text(self._cell(name), most=LONGEST_TITLE, where=name, least=least)
        except Refused as refusal:
            self._faults.append(RowFault(name, self._cell(name)[:100], refusal.sentences[0]))
            return ""

    def _day(self, name: str) -> date | None:
        return self._made(name, day_of, DAY_EXPECTED, None) if self._cell(name) else None

    def _kind(self, number: str) -> str:
        kind, said = kind_of(number), self._cell("kind").upper()
        if number and said and said != kind:
            self._fault("kind", Sentence(f"{kind}, as the number says", f"{kind}（与标准编号一致）"))
        return kind

    def _replaces(self) -> tuple[str, ...]:
        texts = [each.strip() for each in _split(self._cell("replaces"))]
        made = [number_of(each) for each in texts if each]
        if None in made:
            self._fault("replaces", NUMBER_EXPECTED)
        return tuple(each for each in made if each is not None)

    def _check_dates(self, row: LedgerRow) -> None:
        if row.status in _PUBLISHED and not self._cell("published"):
            self._fault("published", DAY_EXPECTED)
        if row.status in _PUBLISHED and row.number and not year_of(row.number):
            self._fault("number", NUMBER_EXPECTED)
        if row.published and row.in_force and row.in_force < row.published:
            self._fault(
                "inForce",
                Sentence(f"a day from {row.published}, when it was published", f"不早于发布日期 {row.published}"),
            )


def _split(text: str) -> list[str]:
    for each in ("；", ";", "，", ",", "\n"):
        text = text.replace(each, "、")
    return text.split("、")
