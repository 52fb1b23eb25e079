"""How much of a resource a client wants: `_summary` and `_elements` (https://hl7.org/fhir/R4/search.html#summary)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fhir_kernel.resource import Resource
from fhir_server.exchange import Pairs
from fhir_server.outcomes import refused

MODES = ("true", "text", "data", "count", "false")
_SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
_ALWAYS = frozenset(("resourceType", "id", "meta", "implicitRules"))
_ALL = frozenset(("*",))
"""Stands for every element."""
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
class Outline:
    """Which elements of a type are in its summary, and which are never left out."""

    in_summary: frozenset[str]
    required: frozenset[str]
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """As what elements of several types stand in JSON, such as `value`."""


Outlines = Callable[[str], Outline]
"""The outline of a resource type."""


def outline_of_terminology(resource_type: str) -> Outline:
    """The outlines of the types that a terminology server has; of others all is in the summary."""
    return Outline(IN_SUMMARY.get(resource_type, _ALL), REQUIRED.get(resource_type, frozenset()))


def outlines_of(structure: Callable[[str], Resource]) -> Outlines:
    """The outlines of all types, from their StructureDefinitions with snapshots."""

    @functools.lru_cache(maxsize=256)
    def outline(resource_type: str) -> Outline:
        elements = structure(resource_type)["snapshot"]["element"]
        top = [each for each in elements if each["path"].count(".") == 1]
        summary = frozenset(name for each in top if each.get("isSummary") for name in _names(each))
        required = frozenset(name for each in top if each.get("min") for name in _names(each))
        several = {_name(each): frozenset(_names(each)) for each in top if each["path"].endswith("[x]")}
        return Outline(summary, required, several)

    return outline


def _names(element: Resource) -> list[str]:
    """As what the element stands in JSON."""
    name = _name(element)
    if not element["path"].endswith("[x]"):
        return [name]
    codes = (each["code"] for each in element["type"])
    return [name + code[:1].upper() + code[1:] for code in codes]


def _name(element: Resource) -> str:
    return str(element["path"]).partition(".")[2].removesuffix("[x]")


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is wanted: one of MODES, or the elements named."""

    mode: str = "false"
    elements: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.mode in ("false", "count") and not self.elements

    def of(self, resource: Resource, outlines: Outlines = outline_of_terminology) -> Resource:
        """That much of a resource, marked where something may be missing."""
        if self.is_whole:
            return resource
        kind = str(resource.get("resourceType"))
        outline, wanted = outlines(kind), frozenset[str]()
        if self.elements:
            named = {each.partition(".")[2] if each.startswith(kind + ".") else each for each in self.elements}
            wanted = outline.required.union(named, *(outline.choices.get(each, ()) for each in named))
        elif self.mode == "true":
            wanted = frozenset(resource) if outline.in_summary is _ALL else outline.in_summary
        elif self.mode == "text":
            wanted = outline.required | {"text"}
        else:
            wanted = frozenset(resource) - {"text", "_text"}
        kept = {key: value for key, value in resource.items() if key.removeprefix("_") in wanted or key in _ALWAYS}
        meta = kept.pop("meta", {})
        head: Resource = {key: kept.pop(key) for key in ("resourceType", "id") if key in kept}
        return {**head, "meta": {**meta, "tag": [*meta.get("tag", ()), _SUBSETTED]}, **kept}


WHOLE = Extent()


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
