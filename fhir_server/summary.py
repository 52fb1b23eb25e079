"""How much of a resource a client wants: `_summary` and `_elements` (https://hl7.org/fhir/R4/search.html#summary)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fhir_kernel.resource import Resource
from fhir_server.exchange import Pairs
from fhir_server.outcomes import refused

MODES = ("true", "text", "data", "count", "false")
_SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
_ALWAYS = frozenset(("resourceType", "id", "meta", "implicitRules"))
_DESCRIBED = ("name", "status", "date", "publisher", "contact", "useContext", "jurisdiction")
_NAMED = (*_DESCRIBED, "url", "identifier", "version", "title", "experimental")
IN_SUMMARY: Mapping[str, frozenset[str]] = {
    "CodeSystem": frozenset(
        (
            *(*_NAMED, "caseSensitive", "valueSet", "hierarchyMeaning", "compositional", "versionNeeded"),
            *("content", "supplements", "count", "filter", "property"),
        )
    ),
    "ValueSet": frozenset((*_NAMED, "immutable")),
    "ConceptMap": frozenset((*_NAMED, "sourceUri", "sourceCanonical", "targetUri", "targetCanonical")),
    "NamingSystem": frozenset((*_DESCRIBED, "kind", "uniqueId")),
}
"""The elements that FHIR marks as summary; a test holds them to its definitions."""
REQUIRED: Mapping[str, frozenset[str]] = {
    "CodeSystem": frozenset(("status", "content")),
    "ValueSet": frozenset(("status",)),
    "ConceptMap": frozenset(("status",)),
    "NamingSystem": frozenset(("name", "status", "kind", "date", "uniqueId")),
}
"""The elements that are never left out."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is wanted: one of MODES, or the elements named."""

    mode: str = "false"
    elements: frozenset[str] = frozenset()

    def of(self, resource: Resource) -> Resource:
        """That much of a resource, marked where something may be missing."""
        kind = str(resource.get("resourceType"))
        if self.elements:
            wanted = self.elements | REQUIRED.get(kind, frozenset())
        elif self.mode == "true":
            wanted = IN_SUMMARY.get(kind, frozenset(resource))
        elif self.mode == "text":
            wanted = REQUIRED.get(kind, frozenset()) | {"text"}
        elif self.mode == "data":
            wanted = frozenset(resource) - {"text", "_text"}
        else:
            return resource
        kept = {key: value for key, value in resource.items() if key.removeprefix("_") in wanted or key in _ALWAYS}
        meta = kept.pop("meta", {})
        head: Resource = {key: kept.pop(key) for key in ("resourceType", "id") if key in kept}
        return {**head, "meta": {**meta, "tag": [*meta.get("tag", ()), _SUBSETTED]}, **kept}


def extent_of(query: Pairs) -> Extent:
    """The extent that a query asks for. Raises RequestRefused where `_summary` is no mode."""
    mode, elements = "false", frozenset[str]()
    for name, value in query:
        if name == "_summary":
            mode = value
        elif name == "_elements":
            elements |= {each.strip() for each in value.split(",") if each.strip()}
    if mode not in MODES:
        raise refused("value", f"'_summary' is '{mode}'; expected one of {', '.join(MODES)}")
    return Extent(mode, elements)
