"""What the routes of exports take and give."""

from __future__ import annotations

from collections.abc import Mapping

from registry.api.shapes.common import XLSX
from registry.api.shapes.deriving import shape_of
from registry.http.route import File
from registry.http.shapes import Choice, Plain, Text, Whole
from registry.http.structures import Thing
from registry.scores.account import SnapshotHead

LANGUAGE: Mapping[str, Plain] = {"language": Choice(("en", "zh"), about="That of Accept-Language, without")}
PAGE, WORKBOOK, CSV, RESOURCE = (File((each,)) for each in ("text/html", XLSX, "text/csv", "application/fhir+json"))
_PERIOD = Thing("", {"begin": Text(10), "end": Text(10)})
VERIFIED = Thing(
    "VerifiedSnapshot",
    {
        **shape_of(SnapshotHead).required,
        "period": _PERIOD,
        "size": Whole(most=2**53, about="Bytes of the canonical content"),
        "content": Text(2_000, about="The address of the canonical content, for those who may see it"),
        "replacedBy": Text(64, about="The newest snapshot of the period, where it is another"),
    },
)
