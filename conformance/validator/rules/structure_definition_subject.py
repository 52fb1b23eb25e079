"""What the rules for the elements of one StructureDefinition share (https://hl7.org/fhir/R4/structuredefinition.html)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.validator.context import Context
from conformance.validator.rules.knowledge_values import part, rows, text
from fhir_kernel.definitions.snapshot.sources import Sources, type_codes
from fhir_kernel.errors import FhirPathError, LimitExceeded
from fhir_kernel.fhirpath import Engine
from fhir_kernel.resource import Resource

_INLINE = ("BackboneElement", "Element", "Base")


@dataclass(frozen=True, slots=True)
class Subject:
    """The definition under test."""

    definition: Resource
    path: str
    context: Context
    sources: Sources
    engine: Engine
    base: Sequence[Resource]
    """The elements of the base's snapshot; none where it is not known."""
    made: Sequence[Resource]
    """The elements of the snapshot that its differential gives; none where there is no such snapshot."""

    @property
    def type(self) -> str:
        """The last part of the definition's type, with which all paths begin."""
        return (text(self.definition, "type") or "").rpartition("/")[2]

    @property
    def is_constraint(self) -> bool:
        return self.definition.get("derivation") == "constraint"

    def elements(self, view: str) -> Iterator[tuple[str, Resource]]:
        """The elements of `differential` or `snapshot`, each with its location."""
        for at, element in rows(part(self.definition, view), "element"):
            yield f"{self.path}.{view}.element[{at}]", element

    def in_snapshot(self, element: Resource, view: str) -> Resource | None:
        """The element as the snapshot has it."""
        return element if view == "snapshot" else _find(element, self.made)

    def in_base(self, element: Resource) -> Resource | None:
        """The element that this one constrains, where the base has it under the same id or path."""
        return _find(element, self.base)

    def report(self, issue_id: str, place: str, **params: Any) -> None:
        self.context.report(f"structure-definition.{issue_id}", place, **params)

    def context_types(self, element: Resource) -> list[str]:
        """The types in the model at which a FHIRPath expression on this element starts."""
        path: str = element["path"]
        if "." not in path:
            return [path]
        codes = type_codes(element)
        if any(code in _INLINE for code in codes):
            return [path] if path in self.context.catalog.model.types else []
        return [code for code in codes if code in self.context.catalog.model.types]

    def fault_of(self, expression: str, types: Sequence[str]) -> str | None:
        """Why a FHIRPath expression cannot be right for any of `types`; None if it can be, or if they are not known."""
        fault: str | None = None
        for type_name in types or (None,):
            try:
                self.engine.compile(expression, type_name, strict=type_name is not None)
            except (FhirPathError, LimitExceeded) as error:
                fault = str(error)
            else:
                return None
        return fault


def _find(element: Resource, elements: Sequence[Resource]) -> Resource | None:
    wanted = text(element, "id")
    if wanted is None:
        wanted = text(element, "path") if "sliceName" not in element else None
    return next((row for row in elements if row["id"] == wanted), None) if wanted else None
