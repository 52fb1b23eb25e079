"""Answers that are files: never run by a browser in our name, never taken for another kind of thing."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from urllib.parse import quote

from fhir_kernel.issues import Language
from registry.api.shapes.common import XLSX
from registry.http.route import Answer
from registry.tables.csv_text import as_csv
from registry.tables.html import as_html
from registry.tables.table import Table
from registry.tables.xlsx import as_xlsx

_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")
_PAGE = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
HTML = "text/html; charset=utf-8"


def attachment(content: bytes, media_type: str, name: str) -> Answer:
    """A file to be saved (https://www.rfc-editor.org/rfc/rfc6266)."""
    plain = _PLAIN.sub("_", name).strip("._") or "file"
    said = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Answer(content=content, media_type=media_type, headers={"content-disposition": said, **_NO_SNIFF})


def page(html: str) -> Answer:
    """A page to be looked at, in which nothing can run."""
    return Answer(content=html.encode(), media_type=HTML, headers={**_PAGE, **_NO_SNIFF})


async def table_file(table: Table, form: str, language: Language, name: str) -> Answer:
    """A table as a workbook, as CSV, or as HTML that Word opens."""
    if form == "html":
        return page(as_html(table, language))
    if form == "csv":
        return attachment(as_csv(table), "text/csv; charset=utf-8", f"{name}.csv")
    return attachment(await asyncio.to_thread(as_xlsx, table), XLSX, f"{name}.xlsx")


_NO_SNIFF: Mapping[str, str] = {"x-content-type-options": "nosniff"}
