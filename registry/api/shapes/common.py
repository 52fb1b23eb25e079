"""Shapes that several subjects share."""

from __future__ import annotations

from registry.api.shapes.deriving import MOST, shape_of
from registry.http.shapes import Choice, Text, Whole
from registry.http.structures import Many, Thing
from registry.model.standard import STANDARD_CLASSES, STANDARD_KINDS
from registry.records.changes import Changed

ID = Text(64, least=1, pattern="[A-Za-z0-9.-]{1,64}")
LINE = Text(300, least=1)
UNIT = Text(200, least=1, about="The id of a registered organisation, or a name")
PROSE = Text(5_000, least=1, lines=True)
REASON = Text(2_000, least=1, lines=True)
DIGEST = Text(64, pattern="[0-9a-f]{64}", about="SHA-256 in hexadecimal digits")
DIVISION = Text(6, pattern="(?:[1-9][0-9]{1,5})?", about="A division of GB/T 2260; '' is the nation")
KIND, CLASS = Choice(STANDARD_KINDS), Choice(STANDARD_CLASSES)
TITLE = Thing("Title", {}, {"en": LINE, "zh": LINE}, about="In English, in Chinese, or both.")
COUNT, START = Whole(1, 200), Whole(0, 10_000_000)
AFTER = Text(64, about="`next` of the page before")
CHANGES = Thing("Changes", {"changes": Many(shape_of(Changed), most=MOST)}, about="The oldest first.")
PAGE_FORMATS = Choice(("json", "html"))
TABLE_FORMATS = Choice(("xlsx", "csv", "html"))
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLE_TYPES = (XLSX, "text/csv", "text/html")
