"""Reading a ledger from a workbook: every row is an edition, or says what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fhir_kernel.packages.archive import ArchiveLimits
from registry.ledger.cells import REGION_EXPECTED, code_of, folded, one_of, region_of, split
from registry.ledger.row import LEDGER, LedgerRow
from registry.ledger.sheet import Cells, rows_in
from registry.lifecycle.status import STATUS_NAMES, PublicStatus
from registry.model.standard import CLASS_NAMES, StandardClass
from registry.records.numbers import Number, number_of
from registry.refusal import Refused
from registry.sentence import Sentence

NUMBER_EXPECTED = Sentence("a number such as WS/T 788-2021", "标准编号，如 WS/T 788-2021")
_DAY_NEEDED = Sentence("the day, since it is published", "日期（已发布的标准须填写）")
_CLASS_EXPECTED, _STATUS_EXPECTED = one_of(CLASS_NAMES), one_of(STATUS_NAMES)
_UNPUBLISHED: frozenset[PublicStatus] = frozenset({"drafting", "abandoned"})
_LONGEST_NUMBER = 50


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of the workbook by its line; `row` is None where it says nothing that can be taken over."""

    line: int
    number: str
    row: LedgerRow | None = None
    faults: tuple[Sentence, ...] = ()
    is_unpublished: bool = False
    """Whether it is about what has not been published, which nobody imports."""


def read_ledger(path: Path, limits: ArchiveLimits | None = None) -> tuple[ReadRow, ...]:
    """The rows of a workbook; may take long, so call it in a thread. Raises Refused where it is no ledger, OSError."""
    return tuple(_read(line, cells) for line, cells in rows_in(path, LEDGER, limits))


def _read(line: int, cells: Cells) -> ReadRow:
    status: PublicStatus | None = cells.made("status", lambda said: code_of(said, STATUS_NAMES), _STATUS_EXPECTED)
    if status in _UNPUBLISHED:
        return ReadRow(line, cells.said("number")[:_LONGEST_NUMBER], is_unpublished=True)
    number = cells.made("number", _number_of, NUMBER_EXPECTED)
    row = None if number is None or status is None else _row(cells, number, status)
    named = cells.said("number")[:_LONGEST_NUMBER] if number is None else str(number)
    if cells.faults:
        return ReadRow(line, named, faults=tuple(cells.faults))
    return ReadRow(line, named, row)


def _row(cells: Cells, number: Number, status: PublicStatus) -> LedgerRow | None:
    class_: StandardClass | None = cells.made("class", lambda said: code_of(said, CLASS_NAMES), _CLASS_EXPECTED)
    _check_kind(cells, number)
    title, jurisdiction, replaces = cells.title(), _jurisdiction(cells, number), _replaces(cells, number)
    published, in_force, ends = (cells.day(name) for name in ("published", "inForce", "ends"))
    for name, before, after in (("inForce", published, in_force), ("ends", in_force, ends)):
        if before is not None and after is not None and after < before:
            cells.fault(name, Sentence(f"a day from {before} on", f"不早于 {before} 的日期"))
    for name in ("published", "inForce"):
        if not cells.said(name):
            cells.fault(name, _DAY_NEEDED)
    lead_unit = cells.text("leadUnit")
    if cells.faults or class_ is None:
        return None
    dates = {"published": published, "in_force": in_force, "ends": ends}
    return LedgerRow(
        str(number), title, number.kind, class_, jurisdiction, status, **dates, replaces=replaces, lead_unit=lead_unit
    )


def _number_of(text: str) -> Number | None:
    try:
        return number_of(text)
    except Refused:
        return None  # whoever asks says what was found and expected


def _check_kind(cells: Cells, number: Number) -> None:
    said, prefix = folded(cells.said("kind")).upper(), number.standard.partition(" ")[0]
    if said not in ("", number.kind, prefix):
        cells.fault("kind", Sentence(f"{prefix}, as the number says", f"{prefix}（与标准编号一致）"))


def _jurisdiction(cells: Cells, number: Number) -> str:
    """What is said; of a local standard, where nothing is, what its number says."""
    said = cells.made("jurisdiction", region_of, REGION_EXPECTED)
    if said == "" and number.division:
        return number.division.ljust(6, "0")
    if said and number.division and not said.startswith(number.division):
        en, zh = f"a division of {number.division}, as the number says", f"{number.division} 范围内的行政区划"
        cells.fault("jurisdiction", Sentence(en, zh))
    return said or ""


def _replaces(cells: Cells, number: Number) -> tuple[str, ...]:
    made = [_number_of(each) for each in split(cells.said("replaces"))]
    if None in made:
        cells.fault("replaces", NUMBER_EXPECTED)
    if number in made:
        cells.fault("replaces", Sentence("another standard", "其他标准"))
    return tuple(dict.fromkeys(str(each) for each in made if each is not None))
