"""A table as HTML that Word opens as a document; every text is escaped, none is interpreted."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Literal

from fhir_kernel.issues import Language
from registry.tables.table import Cell, Table, fit

_LANG = {"en": "en", "zh": "zh-CN"}
_STYLE = (
    "@page{size:A4 landscape;margin:2cm}body{font-family:SimSun,'Songti SC',serif}h1{text-align:center;font-size:16pt}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:4px;vertical-align:top;"
    "text-align:left;white-space:pre-wrap;overflow-wrap:anywhere}"
)


def as_html(table: Table, language: Language) -> str:
    """A whole page that needs nothing from elsewhere."""
    title = _escaped(table.title)
    head = "".join(
        f"<p>{_escaped(name)}{'：' if language == 'zh' else ': '}{_escaped(said)}</p>" for name, said in table.head
    )
    rows = "".join(f"<tr>{_cells('td', row)}</tr>\n" for row in table.rows)
    notes = "".join(f"<p>{_escaped(each)}</p>" for each in table.notes)
    return (
        f'<!DOCTYPE html>\n<html lang="{_LANG[language]}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n{head}\n"
        f"<table><thead><tr>{_cells('th', table.columns)}</tr></thead>\n<tbody>\n{rows}</tbody></table>\n"
        f"{notes}\n</body></html>\n"
    )


def _cells(name: Literal["td", "th"], cells: Iterable[Cell]) -> str:
    return "".join(f"<{name}>{_escaped(each)}</{name}>" for each in cells)


def _escaped(cell: Cell) -> str:
    return html.escape(fit(str(cell)))
