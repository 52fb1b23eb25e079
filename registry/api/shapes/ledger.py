"""Tables that offices keep in Excel, and what becomes of their rows."""

from __future__ import annotations

from registry.api.shapes.common import DIGEST, TABLE_FORMATS, TABLE_TYPES, XLSX
from registry.api.shapes.deriving import MOST
from registry.http.route import File
from registry.http.shapes import Choice, Flag, Plain, Text, Whole
from registry.http.structures import Many, Thing
from registry.ledger.outcome import WHATS
from registry.people.shapes import SENTENCE

AS_TABLE = {"format": TABLE_FORMATS}
AS_PLAN: dict[str, Plain] = {**AS_TABLE, "candidates": Flag("With those projects, too, that the plan could take in")}
TABLE_FILE = File(TABLE_TYPES)
WORKBOOK_TYPES = (XLSX, "application/octet-stream")
DRY_RUN = {"dryRun": Flag("True without: it is told what would become of each row, and nothing is written")}
_ROW = Thing(
    "RowOutcome",
    {"line": Whole(), "number": Text(MOST), "what": Choice(WHATS), "sentences": Many(SENTENCE, most=MOST)},
)
TAKEN = Thing(
    "TableTaken",
    {
        "rows": Many(_ROW, most=MOST),
        "counts": Thing("", {each: Whole() for each in WHATS}),
        "isWritten": Flag(),
        "file": DIGEST,
    },
)
