"""The ledger of standards (台账): one row a standard, as offices keep it in Excel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from fhir_kernel.issues import Language
from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document
from registry.sentence import Sentence
from registry.tables.table import Table

LEDGER = "standards-ledger"
"""The collection; names are the numbers of standards."""
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
        "replaces": Sentence("Replaces", "代替标准"),
        "leadUnit": Sentence("Lead unit", "牵头单位"),
    }
)
CLASSES: Mapping[str, Sentence] = MappingProxyType(
    {
        "foundation": Sentence("foundation", "基础"),
        "data": Sentence("data", "数据"),
        "technology": Sentence("technology", "技术"),
        "management": Sentence("management", "管理"),
        "security": Sentence("security and privacy", "安全与隐私"),
    }
)
STATUSES: Mapping[str, Sentence] = MappingProxyType(
    {
        "drafting": Sentence("in drafting", "制订中"),
        "upcoming": Sentence("published, not yet in force", "即将实施"),
        "current": Sentence("in force", "现行"),
        "ending": Sentence("to be abolished", "即将废止"),
        "abolished": Sentence("abolished", "废止"),
        "superseded": Sentence("superseded", "被代替"),
    }
)
_TITLE = Sentence("Ledger of standards", "标准台账")
BETWEEN = "、"
"""Between the numbers of standards that one replaces."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What the ledger says of a standard; class and status are codes of CLASSES and STATUSES."""

    number: str
    """As it is printed: WS/T 788—2021."""
    title_zh: str
    title_en: str
    kind: str
    class_: str
    jurisdiction: str
    """A code of GB/T 2260, such as 310000; empty: national."""
    status: str
    published: date | None
    in_force: date | None
    replaces: tuple[str, ...]
    lead_unit: str

    def document(self) -> Document:
        """As it is kept, and as the JSON API gives it."""
        return {
            "number": self.number,
            "titleZh": self.title_zh,
            "titleEn": self.title_en,
            "kind": self.kind,
            "class": self.class_,
            "jurisdiction": self.jurisdiction,
            "status": self.status,
            "published": None if self.published is None else self.published.isoformat(),
            "inForce": None if self.in_force is None else self.in_force.isoformat(),
            "replaces": list(self.replaces),
            "leadUnit": self.lead_unit,
        }


def ledger_row_of(kept: Mapping[str, Any]) -> LedgerRow:
    """The row that was kept as a document."""
    return LedgerRow(
        number=kept["number"],
        title_zh=kept["titleZh"],
        title_en=kept["titleEn"],
        kind=kept["kind"],
        class_=kept["class"],
        jurisdiction=kept["jurisdiction"],
        status=kept["status"],
        published=None if kept["published"] is None else date.fromisoformat(kept["published"]),
        in_force=None if kept["inForce"] is None else date.fromisoformat(kept["inForce"]),
        replaces=tuple(kept["replaces"]),
        lead_unit=kept["leadUnit"],
    )


async def ledger_in(reader: Reader) -> tuple[LedgerRow, ...]:
    """The whole ledger, by number."""
    return tuple(ledger_row_of(kept) for _, kept in await reader.listed(LEDGER))


def ledger_table(rows: Iterable[LedgerRow], language: Language = "zh") -> Table:
    """The ledger as a table; `read_ledger` reads it back."""
    return Table(
        title=_TITLE.said_in(language),
        columns=tuple(each.said_in(language) for each in COLUMNS.values()),
        rows=[_cells(each, language) for each in rows],
    )


def _cells(row: LedgerRow, language: Language) -> tuple[str, ...]:
    kept = row.document()
    coded = {
        "class": CLASSES[row.class_].said_in(language),
        "status": STATUSES[row.status].said_in(language),
        "replaces": BETWEEN.join(row.replaces),
    }
    return tuple(coded.get(name, kept[name] or "") for name in COLUMNS)
