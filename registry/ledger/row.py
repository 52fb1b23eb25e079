"""The ledger of standards (台账): one row an edition, as offices keep it in Excel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from fhir_kernel.issues import Language
from registry.ledger.sheet import Columns
from registry.lifecycle.status import STATUS_NAMES, PublicStatus
from registry.model.standard import CLASS_NAMES, StandardClass, StandardKind
from registry.sentence import Sentence
from registry.tables.table import Table

COLUMNS: Mapping[str, Sentence] = MappingProxyType(
    {
        "number": Sentence("Number", "标准编号"),
        "titleZh": Sentence("Chinese title", "标准名称"),
        "titleEn": Sentence("English title", "英文名称"),
        "kind": Sentence("Kind", "标准代号"),
        "class": Sentence("Class", "标准类别"),
        "jurisdiction": Sentence("Jurisdiction", "适用地区"),
        "status": Sentence("Status", "状态"),
        "published": Sentence("Published", "发布日期"),
        "inForce": Sentence("In force", "实施日期"),
        "ends": Sentence("Ends", "废止日期"),
        "replaces": Sentence("Replaces", "代替标准"),
        "leadUnit": Sentence("Lead unit", "牵头单位"),
    }
)
LEDGER = Columns(COLUMNS, ("number", "titleZh", "class", "status", "published", "inForce"))
_TITLE = Sentence("Ledger of standards", "标准台账")
BETWEEN = "、"
"""Between the numbers of standards that one replaces."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What the ledger says of an edition."""

    number: str
    """Such as WS/T 788-2021; empty as long as it has none."""
    title: Sentence
    kind: StandardKind
    system_class: StandardClass
    jurisdiction: str
    """A division of GB/T 2260, such as 310000; empty: national."""
    status: PublicStatus
    published: date | None = None
    in_force: date | None = None
    ends: date | None = None
    """The first day on which it is no longer in force."""
    replaces: tuple[str, ...] = ()
    lead_unit: str = ""


def ledger_table(rows: Iterable[LedgerRow], language: Language = "zh") -> Table:
    """The ledger as a table; `read_ledger` reads it back."""
    return Table(
        title=_TITLE.said_in(language),
        columns=tuple(each.said_in(language) for each in COLUMNS.values()),
        rows=[tuple(cells_of(each, language).values()) for each in rows],
    )


def cells_of(row: LedgerRow, language: Language) -> Mapping[str, str]:
    """The cells of a row by their columns."""
    return {
        "number": row.number,
        "titleZh": row.title.zh,
        "titleEn": row.title.en if row.title.en != row.title.zh else "",
        "kind": row.kind,
        "class": CLASS_NAMES[row.system_class].said_in(language),
        "jurisdiction": row.jurisdiction,
        "status": STATUS_NAMES[row.status].said_in(language),
        "published": _day(row.published),
        "inForce": _day(row.in_force),
        "ends": _day(row.ends),
        "replaces": BETWEEN.join(row.replaces),
        "leadUnit": row.lead_unit,
    }


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
