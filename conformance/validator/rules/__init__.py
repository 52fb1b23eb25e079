"""Rules beyond the StructureDefinition, one file a resource type, each with a table `RULES`."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.validator.context import ResourceRule
from conformance.validator.rules import (
    bundle,
    capability_statement,
    code_system,
    concept_map,
    contained,
    identifiers,
    measure,
    measure_report,
    observation,
    operation_definition,
    questionnaire,
    questionnaire_response,
    search_parameter,
    structure_definition,
    value_set,
)
from fhir_kernel.definitions.model import Model

_TABLES = (
    contained.RULES,
    identifiers.RULES,
    bundle.RULES,
    questionnaire.RULES,
    questionnaire_response.RULES,
    measure.RULES,
    measure_report.RULES,
    value_set.RULES,
    code_system.RULES,
    concept_map.RULES,
    structure_definition.RULES,
    search_parameter.RULES,
    capability_statement.RULES,
    operation_definition.RULES,
    observation.RULES,
)


def rules_for(resource_type: str, model: Model) -> Iterator[ResourceRule]:
    """The rules of a resource type and of the types that it derives from, most general first."""
    lineage: list[str] = []
    current: str | None = resource_type
    while current is not None:
        lineage.append(current)
        schema = model.types.get(current)
        current = schema.base if schema else None
    for name in reversed(lineage):
        for table in _TABLES:
            yield from table.get(name, ())
