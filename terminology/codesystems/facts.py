"""Short code systems of public facts, as CodeSystem resources (https://hl7.org/fhir/R4/codesystem.html)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fhir_kernel.resource import Resource

_INACTIVE: Resource = {
    "code": "inactive",
    "uri": "http://hl7.org/fhir/concept-properties#inactive",
    "type": "boolean",
}


def code_system(url: str, name: str, title: str, concepts: Iterable[Resource]) -> Resource:
    """A complete code system of the concepts."""
    header: Resource = {"resourceType": "CodeSystem", "url": url, "name": name, "title": title, "status": "active"}
    rows = list(concepts)
    return {**header, "caseSensitive": True, "content": "complete", "property": [_INACTIVE], "concept": rows}


def concept(code: str, names: Sequence[str], *, inactive: bool) -> Resource:
    """A concept; the first of its names is the display."""
    row: Resource = {"code": code}
    if names:
        row["display"] = names[0]
    if names[1:]:
        row["designation"] = [{"value": each} for each in names[1:]]
    if inactive:
        row["property"] = [{"code": "inactive", "valueBoolean": True}]
    return row
