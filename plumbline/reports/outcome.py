"""OperationOutcome (https://hl7.org/fhir/R4/operationoutcome.html): one, or a Bundle with one for each input."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, TextIO
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from fhir_kernel.issues import Language, to_operation_outcome
from fhir_kernel.resource import Resource
from plumbline.findings import Result
from plumbline.reports import Frame
from plumbline.reports.machine_ndjson import dump


def write(results: Iterator[Result], out: TextIO, frame: Frame) -> None:
    """The OperationOutcome of a single input; of any other number a `collection` Bundle of them."""
    first, second = next(results, None), next(results, None)
    if first is not None and second is None:
        out.write(dump(_outcome(first, frame.language), indent=True) + "\n")
        return
    entries = chain(filter(None, (first, second)), results)
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [_entry(result, frame.language) for result in entries],
    }
    out.write(dump(bundle, indent=True) + "\n")


def _outcome(result: Result, language: Language) -> Resource:
    return to_operation_outcome((finding.issue for finding in result.findings), language)


def _entry(result: Result, language: Language) -> dict[str, Any]:
    """The input is linked by the relation `about`, the one place where a Bundle can name a file."""
    about = quote(result.input, safe="/:!#-._~")
    return {
        "link": [{"relation": "about", "url": about}],
        "fullUrl": f"urn:uuid:{uuid5(NAMESPACE_URL, about)}",
        "resource": _outcome(result, language),
    }
