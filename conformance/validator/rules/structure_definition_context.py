"""Where an extension may be used (https://hl7.org/fhir/R4/defining-extensions.html#context)."""

from __future__ import annotations

from conformance.validator.context import Context
from conformance.validator.rules.knowledge_values import rows, text
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import FhirPathError, LimitExceeded
from fhir_kernel.fhirpath import Engine
from fhir_kernel.resource import Resource


def check_contexts(resource: Resource, path: str, context: Context, engine: Engine) -> None:
    """Contexts and their invariants: only for extensions, at elements that exist, in FHIRPath that can be read."""
    is_extension = resource.get("type") == "Extension"
    for at, row in rows(resource, "context"):
        place = f"{path}.context[{at}]"
        if is_extension:
            _check_context(row, place, context)
        elif "type" in resource:
            context.report("structure-definition.context-not-extension", place, found=resource["type"])
    invariants = resource.get("contextInvariant")
    for at, expression in enumerate(invariants if isinstance(invariants, list) else ()):
        place = f"{path}.contextInvariant[{at}]"
        if not is_extension and "type" in resource:
            context.report("structure-definition.context-not-extension", place, found=resource["type"])
        elif isinstance(expression, str):
            _check_invariant(expression, place, context, engine)


def names_element(expression: str, model: Model) -> bool:
    """Whether `Patient.name.given` is an element of the model; choices may be named with or without `[x]`."""
    first, *names = expression.split(".")
    types = {first} & set(model.types)
    for name in names:
        types = {found for type_name in types for found in _types_of(name, type_name, model)}
    return bool(types)


def _check_context(row: Resource, place: str, context: Context) -> None:
    kind, expression = text(row, "type"), text(row, "expression")
    if expression is None:
        return
    is_url = ":" in expression
    if kind == "element" and not is_url and not names_element(expression, context.catalog.model):
        context.report("structure-definition.context-unknown", place, found=expression)
    elif kind == "element" and expression == "Element":
        context.report("structure-definition.context-anywhere", place)
    elif kind == "fhirpath" and names_element(expression, context.catalog.model):
        context.report("structure-definition.context-needs-no-fhirpath", place, found=expression)


def _check_invariant(expression: str, place: str, context: Context, engine: Engine) -> None:
    try:
        engine.compile(expression)
    except (FhirPathError, LimitExceeded) as error:
        context.report("structure-definition.expression", place, found=expression, reason=str(error))


def _types_of(name: str, type_name: str, model: Model) -> set[str]:
    schema = model.types.get(type_name)
    if schema is None:
        return set()
    stem = name.removesuffix("[x]")
    return {field.type for field in schema.fields.values() if field.element == stem or field.name == name}
