"""Reading an annual plan from a workbook: every row is a project, or says what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from fhir_kernel.packages.archive import ArchiveLimits
from registry.ledger.cells import Code, code_of, folded, one_of
from registry.ledger.plan_row import PLAN, PROJECT_KIND_NAMES
from registry.ledger.sheet import Cells, rows_in
from registry.model.standard import CLASS_NAMES
from registry.sentence import Sentence

_LONGEST_NUMBER = 64


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What a row says, in the codes of the registry; an empty text says nothing."""

    line: int
    said: Mapping[str, str]
    """By column; all but the deadline."""
    deadline: date | None = None
    faults: tuple[Sentence, ...] = ()

    @property
    def number(self) -> str:
        """The plan number."""
        return self.said["planNumber"]


def read_plan(path: Path, limits: ArchiveLimits | None = None) -> tuple[PlanRow, ...]:
    """The rows of a workbook; may take long, so call it in a thread. Raises Refused where it is no plan, OSError."""
    return tuple(_read(line, cells) for line, cells in rows_in(path, PLAN, limits))


def _read(line: int, cells: Cells) -> PlanRow:
    said = {name: cells.text(name) for name in ("planNumber", "titleZh", "titleEn", "leadUnit", "project")}
    if len(said["planNumber"]) > _LONGEST_NUMBER:
        most = f"at most {_LONGEST_NUMBER} characters", f"不超过 {_LONGEST_NUMBER} 个字符"
        cells.fault("planNumber", Sentence(*most))
    said["projectKind"] = _code(cells, "projectKind", PROJECT_KIND_NAMES)
    said["class"] = _code(cells, "class", CLASS_NAMES)
    said["kind"] = folded(cells.said("kind")).upper()
    return PlanRow(line, said, cells.day("deadline"), tuple(cells.faults))


def _code(cells: Cells, name: str, codes: Mapping[Code, Sentence]) -> str:
    if not cells.said(name):
        return ""
    return cells.made(name, lambda said: code_of(said, codes), one_of(codes)) or ""
