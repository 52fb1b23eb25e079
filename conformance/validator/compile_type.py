"""A FHIR type → its `TypePlan`: properties, primitive formats, cardinality, bindings, targets and invariants."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.validator.constraints import constraints_of
from conformance.validator.definitions import Definitions
from conformance.validator.plan import Binding, FieldPlan, TypePlan
from conformance.validator.tree import Element
from fhir_kernel.definitions.model import Field
from fhir_kernel.resource import Resource

_MAX_VALUE_SET = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"
_ANY_RESOURCE = ("Resource", "DomainResource")


def compile_type(name: str, definitions: Definitions) -> TypePlan:
    """The plan of the type that `Model.types` calls `name`, such as `Patient` or `Patient.contact`.

    Raises UnknownDefinition where no loaded package defines it.
    """
    owner = _element_of(name, definitions)
    schema = definitions.catalog.model.types[name]
    fields = tuple(_field(field, owner.children[field.element], definitions) for field in schema.fields.values())
    structure = owner.profile
    profile = "|".join(part for part in (structure["url"], structure.get("version")) if part)
    constraints = constraints_of(owner.definition.get("constraint", ()), name)
    return TypePlan(name, schema.kind, profile, fields, constraints)


def _element_of(name: str, definitions: Definitions) -> Element:
    root, *steps = name.split(".")
    element = definitions.tree(root)
    for step in steps:
        element = element.children[step.removesuffix("[x]")]
    return element


def _field(field: Field, element: Element, definitions: Definitions) -> FieldPlan:
    row = element.definition
    is_inline = field.type == row["path"] or "contentReference" in row
    return FieldPlan(
        name=field.name,
        element=field.element,
        type=field.type,
        is_list=field.is_list,
        is_choice=field.is_choice,
        is_primitive=field.is_primitive,
        min=row["min"],
        max=None if row["max"] == "*" else int(row["max"]),
        binding=binding_of(row) if _is_bindable(field.type) else None,
        targets=_targets(field, row),
        constraints=() if is_inline else constraints_of(_own(row, field.type, definitions), row["path"]),
    )


def _is_bindable(type_name: str) -> bool:
    return type_name in (
        "code",
        "Coding",
        "CodeableConcept",
        "Quantity",
        "string",
        "uri",
        "canonical",
        "Age",
        "Duration",
    )


def binding_of(row: Resource) -> Binding | None:
    """The binding of an ElementDefinition; None where it names no value set."""
    binding = row.get("binding")
    if binding is None or "valueSet" not in binding:
        return None
    highest = [
        e.get("valueCanonical") or e.get("valueUri") for e in binding.get("extension", ()) if e["url"] == _MAX_VALUE_SET
    ]
    return Binding(binding["strength"], binding["valueSet"], highest[0] if highest else None)


def _targets(field: Field, row: Resource) -> tuple[str, ...]:
    if field.type not in ("Reference", "canonical"):
        return ()
    names = [
        canonical.partition("|")[0].rpartition("/")[2]
        for entry in row.get("type", ())
        if entry["code"] == field.type
        for canonical in entry.get("targetProfile", ())
    ]
    return () if any(name in _ANY_RESOURCE for name in names) else tuple(names)


def _own(row: Resource, type_name: str, definitions: Definitions) -> Iterable[Resource]:
    """The constraints of an element that its datatype does not have."""
    inherited = definitions.tree(type_name).definition.get("constraint", ()) if row.get("constraint") else ()
    known = {each["key"] for each in inherited}
    return [each for each in row.get("constraint", ()) if each["key"] not in known]
