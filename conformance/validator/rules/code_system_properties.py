"""The properties that a CodeSystem declares, and the values that its concepts have for them.

https://hl7.org/fhir/R4/codesystem.html#defined-props
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.validator.context import Context
from conformance.validator.reference_forms import is_absolute
from conformance.validator.rules.knowledge_values import choice, extension, objects, rows, text
from fhir_kernel.resource import Resource
from terminology.checks import CodeQuery

_BASE = "http://hl7.org/fhir/concept-properties#"
_VALUE_SETS = (
    "http://hl7.org/fhir/StructureDefinition/codesystem-property-valueset",
    "http://hl7.org/fhir/6.0/StructureDefinition/extension-CodeSystem.property.valueSet",
)
KNOWN_PROPERTIES: Mapping[str, str] = {
    "status": "code",
    "inactive": "boolean",
    "effectiveDate": "dateTime",
    "deprecationDate": "dateTime",
    "retirementDate": "dateTime",
    "notSelectable": "boolean",
    "parent": "code",
    "child": "code",
    "partOf": "code",
    "synonym": "code",
    "comment": "string",
    "itemWeight": "decimal",
}
"""The type of each property that HL7 defines for all code systems."""
_ALSO_DEFINED = ("alternateCode", "order", "definition")
_CONCEPTS = ("parent", "child", "partOf", "synonym")
"""Their values are codes of the same code system."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property as it is declared."""

    code: str
    type: str | None
    known: str | None
    """The name of the HL7 property that its URI means."""
    value_set: str | None
    """Of its codes, where the declaration names one."""


def read_properties(code_system: Resource, path: str, context: Context) -> dict[str, Property]:
    """The declared properties by code, the first of each; what is wrong with a declaration is reported."""
    declared: dict[str, Property] = {}
    uris: set[str] = set()
    for at, row in rows(code_system, "property"):
        place = f"{path}.property[{at}]"
        code, uri, kind = text(row, "code"), text(row, "uri"), text(row, "type")
        known = _check_uri(uri, code_system, uris, place, context) if uri is not None else None
        if known is not None:
            _check_known(known, str(uri), code, kind, place, context)
        if code is None:
            continue
        if uri is None:
            _check_code_alone(code, kind, place, context)
        if code in declared:
            context.report("code-system.property-code-twice", place, found=code)
            continue
        value_set = next((value for url in _VALUE_SETS if (value := extension(row, url)) is not None), None)
        canonical = value_set.value if value_set is not None and isinstance(value_set.value, str) else None
        declared[code] = Property(code, kind, known, canonical)
    return declared


def check_values(
    concept: Resource, declared: Mapping[str, Property], codes: set[str], base: str | None, path: str, context: Context
) -> None:
    """The properties of one concept; `codes` are those of the code system, `base` is the system it supplements."""
    for at, row in rows(concept, "property"):
        code, value, place = text(row, "code"), choice(row), f"{path}.property[{at}]"
        if code is None or value is None:
            continue
        property_ = declared.get(code)
        if property_ is None:
            context.report("code-system.property-undeclared", place, found=code)
        elif property_.type is not None and value.type != property_.type:
            told = {"property": code, "found": value.type, "expected": property_.type}
            context.report("code-system.property-type", place, **told)
        elif value.type == "code" and isinstance(value.value, str):
            _check_code_value(property_, value.value, codes, base, place, context)


def _check_uri(uri: str, code_system: Resource, seen: set[str], path: str, context: Context) -> str | None:
    """The HL7 property that `uri` means."""
    if not is_absolute(uri):
        context.report("code-system.property-uri-relative", path, found=uri)
        return None
    if uri in seen:
        context.report("code-system.property-uri-twice", path, found=uri)
    seen.add(uri)
    name = uri.removeprefix(_BASE)
    if name in KNOWN_PROPERTIES:
        return name
    if "://hl7.org/fhir" in uri and name not in _ALSO_DEFINED and not _may_define(code_system, uri):
        base, _, code = uri.partition("#")
        definition = context.catalog.find(base, "CodeSystem")
        if definition is None or code not in {concept.get("code") for concept in objects(definition, "concept")}:
            context.report("code-system.property-uri-unknown", path, found=uri)
    return None


def _may_define(code_system: Resource, uri: str) -> bool:
    """Whether `uri` is the code system's own, or the code system is one of FHIR's."""
    url = text(code_system, "url") or ""
    rest = url.removeprefix("http://hl7.org/fhir/")
    return bool(url) and (uri.startswith(url) or (rest != url and "/" not in rest))


def _check_known(known: str, uri: str, code: str | None, kind: str | None, path: str, context: Context) -> None:
    if code in KNOWN_PROPERTIES and code != known:
        context.report("code-system.property-code-of-another", path, found=code, expected=known, uri=uri)
    expected = KNOWN_PROPERTIES[known]
    if kind is not None and kind != expected:
        context.report("code-system.property-uri-type", path, found=kind, expected=expected, uri=uri)


def _check_code_alone(code: str, kind: str | None, path: str, context: Context) -> None:
    expected = KNOWN_PROPERTIES.get(code)
    if expected is None:
        context.report("code-system.property-without-uri", path, found=code)
        return
    context.report("code-system.property-known-without-uri", path, found=code, expected=_BASE + code)
    if kind is not None and kind != expected:
        context.report("code-system.property-code-type", path, property=code, found=kind, expected=expected)


def _check_code_value(
    property_: Property, value: str, codes: set[str], base: str | None, path: str, context: Context
) -> None:
    told = {"property": property_.code, "found": value}
    if property_.value_set is not None:
        query = CodeQuery(value, value_set=property_.value_set)
        told["value_set"] = property_.value_set
        context.check_code(query, path, "code-system.property-not-in-value-set", **told)
    elif property_.known == "status" or value in codes:
        return
    else:
        severity = "error" if property_.known in _CONCEPTS else "warning"
        if base is None:
            context.report("code-system.property-unknown-code", path, severity=severity, **told)
        else:
            query = CodeQuery(value, base)
            context.check_code(query, path, "code-system.property-unknown-code", severity=severity, **told)
