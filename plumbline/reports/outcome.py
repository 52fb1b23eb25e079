"""OperationOutcome (https://hl7.org/fhir/R4/operationoutcome.html): one, or a Bundle with one for each input."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, TextIO
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from fhir_kernel.issues import to_operation_outcome
from fhir_kernel.resource import Resource
from plumbline.findings import Result
from plumbline.reports import Frame, Row
from plumbline.reports.machine_ndjson import dump


def render(result: Result, frame: Frame) -> Resource:
    """The OperationOutcome of one input."""
    return to_operation_outcome((finding.issue for finding in result.findings), frame.language)


def write(rows: Iterator[Row], out: TextIO, _frame: Frame) -> None:
    """The OperationOutcome of a single input; of any other number a `collection` Bundle of them."""
    first, second = next(rows, None), next(rows, None)
    if first is not None and second is None:
        out.write(dump(first.body, indent=True) + "\n")
        return
    entries = [_entry(row) for row in chain(filter(None, (first, second)), rows)]
    out.write(dump({"resourceType": "Bundle", "type": "collection", "entry": entries}, indent=True) + "\n")


def _entry(row: Row) -> dict[str, Any]:
    """The input is linked by the relation `about`, the one place where a Bundle can name a file."""
    about = quote(row.input, safe="/:!#-._~")
    return {
        "link": [{"relation": "about", "url": about}],
        "fullUrl": f"urn:uuid:{uuid5(NAMESPACE_URL, about)}",
        "resource": row.body,
    }
