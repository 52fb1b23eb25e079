"""Rules beyond the StructureDefinition, one file a resource type, each with a table `RULES`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType

from conformance.validator.context import ResourceRule
from fhir_kernel.definitions.model import Model

MODULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Resource": ("contained", "identifiers"),
        "DomainResource": ("contained",),
        "Bundle": ("bundle",),
        "CapabilityStatement": ("capability_statement",),
        "CodeSystem": ("code_system",),
        "ConceptMap": ("concept_map",),
        "Measure": ("measure",),
        "MeasureReport": ("measure_report",),
        "Observation": ("observation",),
        "OperationDefinition": ("operation_definition",),
        "Questionnaire": ("questionnaire",),
        "QuestionnaireResponse": ("questionnaire_response",),
        "SearchParameter": ("search_parameter",),
        "StructureDefinition": ("structure_definition",),
        "ValueSet": ("value_set",),
    }
)
"""The modules with rules for a type; they are loaded when the first resource of it is met."""


def rules_for(resource_type: str, model: Model) -> Iterator[ResourceRule]:
    """The rules of a resource type and of the types that it derives from, most general first."""
    lineage: list[str] = []
    current: str | None = resource_type
    while current is not None:
        lineage.append(current)
        schema = model.types.get(current)
        current = schema.base if schema else None
    for name in reversed(lineage):
        for module in MODULES.get(name, ()):
            yield from import_module(f"{__name__}.{module}").RULES[name]
