"""Rules for StructureDefinition beyond its invariants: its base, its snapshot, where an extension may stand.

https://hl7.org/fhir/R4/structuredefinition.html, https://hl7.org/fhir/R4/profiling.html
"""

from __future__ import annotations

from conformance.validator.context import Context, RuleTable
from conformance.validator.rules.knowledge_values import objects, part, rows, text
from conformance.validator.rules.structure_definition_context import check_contexts
from conformance.validator.rules.structure_definition_elements import check_elements
from conformance.validator.rules.structure_definition_subject import Subject
from conformance.validator.rules.structure_shape import is_sound
from fhir_kernel.definitions.snapshot import generate
from fhir_kernel.definitions.snapshot.sources import Sources
from fhir_kernel.errors import DefinitionError
from fhir_kernel.resource import Resource

_EXTENSION = "http://hl7.org/fhir/StructureDefinition/Extension"


def check_structure_definition(resource: Resource, path: str, context: Context) -> None:
    """What the definition says of itself, of its base and of every element."""
    engine = context.engine()
    check_contexts(resource, path, context, engine)
    if not is_sound(resource, "StructureDefinition", context.catalog.model):
        return
    base = _base(resource, path, context)
    made: Resource | None = None
    if base is not None:
        _check_derivation(resource, base, path, context)
        if resource.get("derivation") == "constraint" and resource.get("type") == base.get("type"):
            made = _snapshot(resource, path, context)
    sources = Sources(context.catalog, text(resource, "url") or "")
    subject = Subject(resource, path, context, sources, engine, _elements_of(base), _elements_of(made))
    for view in ("differential", "snapshot"):
        check_elements(subject, view)
    _check_extension_url(resource, path, context)


RULES: RuleTable = {"StructureDefinition": (check_structure_definition,)}


def _base(resource: Resource, path: str, context: Context) -> Resource | None:
    url = text(resource, "baseDefinition")
    if url is None:
        return None
    place = f"{path}.baseDefinition"
    if context.catalog.find(url, "StructureDefinition") is None:
        context.report("structure-definition.unknown-base", place, found=url)
        return None
    try:
        return context.catalog.structure(url)
    except DefinitionError as error:
        context.report("structure-definition.broken-base", place, found=url, reason=str(error))
        return None


def _check_derivation(resource: Resource, base: Resource, path: str, context: Context) -> None:
    derivation = text(resource, "derivation")
    if derivation is None:
        context.report("structure-definition.no-derivation", path)
        return
    kind, type_name = text(resource, "kind"), text(resource, "type")
    if kind != base.get("kind") and (derivation == "constraint" or not base.get("abstract")):
        context.report("structure-definition.kind-differs", f"{path}.kind", found=kind, expected=base.get("kind"))
    if derivation == "constraint" and type_name != base.get("type"):
        context.report("structure-definition.type-differs", f"{path}.type", found=type_name, expected=base.get("type"))
    if derivation == "specialization" and type_name == base.get("type"):
        context.report("structure-definition.type-same", f"{path}.type", found=type_name)


def _snapshot(resource: Resource, path: str, context: Context) -> Resource | None:
    bare = {key: value for key, value in resource.items() if key != "snapshot"}
    try:
        made = generate(bare, context.catalog, repair=False)
    except DefinitionError as error:
        place = path + _place_of(resource, error.path)
        told = {"found": error.path or text(resource, "url"), "reason": error.message}
        context.report("structure-definition.no-snapshot", place, **told)
        return _repaired(bare, context)
    found, expected = len(objects(part(resource, "snapshot"), "element")), len(made["snapshot"]["element"])
    if "snapshot" in resource and found != expected:
        place = f"{path}.snapshot"
        context.report("structure-definition.snapshot-differs", place, found=found, expected=expected)
    return made


def _repaired(bare: Resource, context: Context) -> Resource | None:
    try:
        return generate(bare, context.catalog)
    except DefinitionError:
        return None


def _place_of(resource: Resource, element_path: str) -> str:
    for at, element in rows(part(resource, "differential"), "element"):
        if element_path and element.get("path") == element_path:
            return f".differential.element[{at}]"
    return ""


def _elements_of(structure: Resource | None) -> list[Resource]:
    return objects(part(structure, "snapshot"), "element")


def _check_extension_url(resource: Resource, path: str, context: Context) -> None:
    url = text(resource, "url")
    if resource.get("type") != "Extension" or resource.get("baseDefinition") != _EXTENSION or url is None:
        return
    for at, element in rows(part(resource, "differential"), "element"):
        if element.get("path") == "Extension.url":
            fixed = text(element, "fixedUri")
            if fixed != url:
                place = f"{path}.differential.element[{at}]"
                context.report("structure-definition.extension-url", place, found=fixed, expected=url)
            return
    context.report("structure-definition.extension-url", path, found=None, expected=url)
