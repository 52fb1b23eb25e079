"""Rules of datatypes that their StructureDefinitions cannot state."""

from __future__ import annotations

from typing import Any

from conformance.validator.path import At, render
from conformance.validator.rules.identifiers import check_identifier
from conformance.validator.rules.narrative import check_narrative, ids_in
from conformance.validator.run import Run


def narrative(value: dict[str, Any], at: At, run: Run) -> None:
    """Narrative.div is XHTML of FHIR's subset (https://hl7.org/fhir/R4/narrative.html)."""
    div = value.get("div")
    if isinstance(div, str):
        resource = run.place.scope.resource
        language = resource.get("language")
        run.found.extend(check_narrative(div, render((at, "div", -1)), lambda: ids_in(resource), language))


def attachment(value: dict[str, Any], at: At, run: Run) -> None:
    """Attachment.size equals the number of bytes in Attachment.data."""
    data, size = value.get("data"), value.get("size")
    if not isinstance(data, str) or not isinstance(size, int):
        return
    text = "".join(data.split())
    actual = len(text) // 4 * 3 - text[-2:].count("=")
    if len(text) % 4 == 0 and actual != size:
        run.report("primitive.attachment-size", at, found=size, expected=actual)


def identifier(value: dict[str, Any], at: At, run: Run) -> None:
    """Identifier.system is absolute, and what it says of the value holds."""
    system = value.get("system")
    if system is not None and (not isinstance(system, str) or system[:4] != "http"):
        check_identifier(value, render(at), run.context)
