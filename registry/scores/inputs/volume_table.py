"""Expected volumes as a table, in a workbook, as CSV or as JSON: every row says one, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.codec.limits import Limits
from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_kernel.packages.archive import ArchiveLimits
from registry.api.shapes.common import XLSX
from registry.http.faults import Fault, Misformed
from registry.http.route import JSON
from registry.http.shapes import Text, Whole
from registry.http.structures import Many, Thing
from registry.ledger.cells import folded
from registry.ledger.sheet import MOST_ROWS, Cells, Columns, Source, rows_of
from registry.refusal import refused
from registry.sentence import Sentence
from terminology.importers.csv_source import CsvSource
from terminology.importers.imported import Findings
from terminology.importers.layout import Row
from terminology.importers.xlsx_source import XlsxSource

CSV = "text/csv"
COLUMNS: Mapping[str, Sentence] = MappingProxyType(
    {
        "institution": Sentence("institution", "机构"),
        "dataSet": Sentence("data_set", "数据集"),
        "begin": Sentence("begin", "开始日期"),
        "end": Sentence("end", "结束日期"),
        "count": Sentence("count", "应报数量"),
        "source": Sentence("source", "来源"),
        "reason": Sentence("reason", "更正原因"),
    }
)
VOLUME_COLUMNS = Columns(COLUMNS, tuple(each for each in COLUMNS if each != "reason"))
_MOST = 10**9
_COUNT = re.compile(r"0*[1-9][0-9]{0,9}")
_COUNT_EXPECTED = Sentence(
    f"a whole number from 1 to {_MOST}; that a set does not apply is for a declaration to say",
    f"1 至 {_MOST} 的整数；不适用的数据集应提交声明",
)
_LONGEST_DAYS = 3_660
_TEXT = Text(1_000)
_ROW = Thing(
    "VolumeRow",
    {
        "institution": _TEXT,
        "dataSet": _TEXT,
        "begin": _TEXT,
        "end": _TEXT,
        "count": Whole(-_MOST, _MOST),
        "source": _TEXT,
    },
    {"reason": _TEXT},
)
_TABLE = Thing("NewVolumes", {"volumes": Many(_ROW, most=MOST_ROWS, least=1)})


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """What a row says; where there are faults, the days and the count need not be what it meant."""

    line: int
    institution: str
    data_set: str
    begin: date
    end: date
    count: int
    source: str
    reason: str
    faults: tuple[Sentence, ...] = ()


def read_volumes(path: Path, media_type: str, limits: ArchiveLimits | None = None) -> tuple[VolumeRow, ...]:
    """The rows of a file; may take long, so call it in a thread. Raises Refused where it is no such table, OSError."""
    return tuple(_read(line, cells) for line, cells in rows_of(_source(path, media_type, limits), VOLUME_COLUMNS))


def _source(path: Path, media_type: str, limits: ArchiveLimits | None) -> Source:
    if media_type == XLSX:
        return XlsxSource(path, limits=limits or ArchiveLimits())
    return CsvSource(path) if media_type == CSV else _JsonSource(path.read_bytes())


def _read(line: int, cells: Cells) -> VolumeRow:
    days = {name: cells.day(name) for name in ("begin", "end")}
    for name, found in days.items():
        if found is None and not cells.said(name):
            cells.fault(name, Sentence("a day such as 2026-10-01", "日期，如 2026-10-01"))
    begin, end = days["begin"] or date.min, days["end"] or date.min
    if None not in days.values() and not 0 <= (end - begin).days < _LONGEST_DAYS:
        en, zh = f"a day from {begin} on, within {_LONGEST_DAYS} days", f"不早于 {begin}，且在 {_LONGEST_DAYS} 天之内"
        cells.fault("end", Sentence(en, zh))
    count = cells.made("count", _count_of, _COUNT_EXPECTED)
    for name in ("institution", "dataSet", "source"):
        if not cells.said(name):
            cells.fault(name, Sentence("a value", "内容"))
    texts = [cells.text(name) for name in ("institution", "dataSet", "source", "reason")]
    institution, data_set, source, reason = texts
    return VolumeRow(line, institution, data_set, begin, end, count or 0, source, reason, tuple(cells.faults))


def _count_of(text: str) -> int | None:
    said = folded(text)
    found = int(said) if _COUNT.fullmatch(said) else 0
    return found if 0 < found <= _MOST else None


class _JsonSource:
    """The rows of a JSON body, counted from 1, below the same headings."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def rows(self, _findings: Findings) -> Iterator[Row]:
        """Raises Misformed, Refused."""
        yield 0, [each.en for each in COLUMNS.values()]
        for line, row in enumerate(self._said(), start=1):
            yield line, [str(row.get(name, "")) for name in COLUMNS]

    def _said(self) -> Sequence[Mapping[str, Any]]:
        try:
            value = parse_json(self._content, limits=Limits(max_depth=10))
        except (CodecError, LimitExceeded) as error:
            raise refused("invalid", f"the body cannot be read: {error}", f"无法读取请求正文：{error}") from error
        faults: list[Fault] = []
        found: Mapping[str, Sequence[Mapping[str, Any]]] = _TABLE.read(value, "", faults)
        if faults:
            raise Misformed(faults)
        return found["volumes"]


VOLUME_TYPES = (JSON, CSV, XLSX)
