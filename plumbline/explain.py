"""Explain a finding from the definition that it breaks (https://hl7.org/fhir/R4/elementdefinition.html)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.model import Field, TypeSchema
from fhir_kernel.errors import DefinitionError
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from plumbline.findings import Explanation

_SPECIFICATION = "https://hl7.org/fhir/R4/"
_TYPES = "http://hl7.org/fhir/StructureDefinition/"
_INDEX = re.compile(r"\[\d+\]")
_PAGES = {
    "Extension": "extensibility",
    "Reference": "references",
    "Narrative": "narrative",
    "Dosage": "dosage",
    "Meta": "resource",
    "ElementDefinition": "elementdefinition",
    **dict.fromkeys(
        (
            "ContactDetail",
            "Contributor",
            "DataRequirement",
            "Expression",
            "ParameterDefinition",
            "RelatedArtifact",
            "TriggerDefinition",
            "UsageContext",
        ),
        "metadatatypes",
    ),
}
"""The pages of datatypes that do not stand on the page of datatypes."""


def explain(issue: Issue, catalog: Catalog) -> Explanation:
    """What the loaded definitions say about the place and the rule of `issue`; empty where they say nothing."""
    found = _definition(issue, catalog)
    if found is None:
        return Explanation()
    structure, element = found
    rule, expression = _rule(issue.rule, element, catalog)
    describes = "." in element["path"]  # what a patient is, everybody knows
    return Explanation(
        short=element.get("short", "") if describes else "",
        definition=element.get("definition", "") if describes else "",
        rule=rule,
        expression=expression,
        link=_link(structure, element),
    )


def _definition(issue: Issue, catalog: Catalog) -> tuple[Resource, dict[str, Any]] | None:
    named = issue.element or element_path(issue.path, catalog)
    if not named:
        return None
    try:
        structure = catalog.structure(issue.profile or named.partition(".")[0])
    except DefinitionError:
        return None
    elements = structure["snapshot"]["element"]
    for each in elements:
        if each.get("id") == named or each["path"] == named:
            return structure, each
    return None


def element_path(location: str, catalog: Catalog) -> str:
    """The element of R4 at a FHIRPath location, `HumanName.given` for `Patient.name[0].given`; empty where unknown."""
    types = catalog.model.types
    first, *steps = _INDEX.sub("", location).split(".")
    owners, path = {first} & types.keys(), first
    for step in steps:
        found = [(owner, each) for owner in owners for each in _fields(types[owner], step)]
        elements = {f"{owner}.{each.element}{'[x]' if each.is_choice else ''}" for owner, each in found}
        if len(elements) != 1:
            return ""
        path = elements.pop()
        owners = {each.type for _, each in found} & types.keys()
    return path if owners else ""


def _fields(schema: TypeSchema, step: str) -> Sequence[Field]:
    """The fields that a step may mean: all types of a choice, where it does not name one."""
    return schema.choices.get(step) or ((schema.fields[step],) if step in schema.fields else ())


def _rule(rule: str, element: dict[str, Any], catalog: Catalog) -> tuple[str, str]:
    """A rule in words, and as FHIRPath where it is a constraint of the element or of its type."""
    for constraint in (*element.get("constraint", ()), *_type_constraints(element, catalog)):
        if constraint["key"] == rule:
            return f"{rule}: {constraint['human']}", constraint.get("expression", "")
    if rule == "binding" and "binding" in element:
        return f"{element['binding']['strength']}: {element['binding'].get('valueSet', '')}", ""
    if rule in ("min", "max"):
        return f"{element.get('min', 0)}..{element.get('max', '*')}", ""
    return rule, ""


def _type_constraints(element: dict[str, Any], catalog: Catalog) -> Iterator[dict[str, Any]]:
    for each in element.get("type", ()):
        if each.get("code", "")[:1].isupper():
            try:
                yield from catalog.structure(each["code"])["snapshot"]["element"][0].get("constraint", ())
            except DefinitionError:
                continue


def _link(structure: Resource, element: dict[str, Any]) -> str:
    url: str = structure["url"]
    if not url.startswith(_TYPES) or structure.get("derivation") == "constraint":
        return url if url.startswith(("http://", "https://")) else ""
    type_name = structure["type"]
    page = type_name.lower() if structure["kind"] == "resource" else _PAGES.get(type_name, "datatypes")
    anchor = element["path"].replace("[x]", "_x_")
    return f"{_SPECIFICATION}{page}-definitions.html#{anchor}"
