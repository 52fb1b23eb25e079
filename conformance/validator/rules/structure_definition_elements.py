"""Rules for each element of a StructureDefinition: path, types and their profiles, values, bindings.

https://hl7.org/fhir/R4/elementdefinition.html
"""

from __future__ import annotations

from conformance.validator.rules.knowledge_values import text
from conformance.validator.rules.structure_definition_constraints import check_constraints
from conformance.validator.rules.structure_definition_slicing import check_slicings
from conformance.validator.rules.structure_definition_subject import Subject
from conformance.validator.rules.structure_definition_types import check_types
from conformance.validator.rules.structure_definition_values import check_values
from fhir_kernel.definitions.snapshot.sources import type_codes
from fhir_kernel.resource import Resource

_LENGTH = frozenset(
    {
        "integer",
        "decimal",
        "instant",
        "string",
        "uri",
        "date",
        "dateTime",
        "time",
        "canonical",
        "code",
        "id",
        "markdown",
    }
    | {"oid", "positiveInt", "unsignedInt", "url", "uuid", "base64Binary"}
)
_QUANTITIES = frozenset(
    {"Quantity", "Age", "Count", "Distance", "Duration", "Money", "SimpleQuantity", "MoneyQuantity"}
)
_RANGE = _QUANTITIES | {"integer", "decimal", "instant", "date", "dateTime", "time", "positiveInt", "unsignedInt"}
_BOUND = _QUANTITIES | {"string", "uri", "code", "oid", "url", "uuid", "Coding", "CodeableConcept", "CodeableReference"}


def check_elements(subject: Subject, view: str) -> None:
    """Every element of `differential` or `snapshot`."""
    for place, element in subject.elements(view):
        path = text(element, "path")
        if path is None:
            continue
        if subject.type and path != subject.type and not path.startswith(subject.type + "."):
            subject.report("path", place, found=path, expected=subject.type)
        check_types(subject, element, place)
        check_values(subject, element, view, place)
        _check_facets(subject, element, place)
        if view == "differential" and subject.is_constraint:
            _check_meaning_when_missing(subject, element, path, place)
    check_constraints(subject, view)
    check_slicings(subject, view)


def _check_facets(subject: Subject, element: Resource, place: str) -> None:
    codes = type_codes(element)
    if not codes or not all(subject.sources.kind(code) in ("primitive-type", "complex-type") for code in codes):
        return
    ranges = [key for key in element if key.startswith(("minValue", "maxValue"))]
    facets = [("binding", _BOUND), ("maxLength", _LENGTH), *((key, _RANGE) for key in ranges)]
    for name, fitting in facets:
        if name in element and not fitting & set(codes):
            subject.report("facet", place, found=name, types=", ".join(codes))


def _check_meaning_when_missing(subject: Subject, element: Resource, path: str, place: str) -> None:
    if "meaningWhenMissing" in element and path != "Extension" and not path.endswith(".extension"):
        subject.report("meaning-when-missing", place, found=path)
