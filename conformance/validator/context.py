"""What the rules of one validation run share: where to look things up and where to report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.fhirpath import Engine
from fhir_kernel.resource import Resource
from terminology.checks import CodeQuery


class Context(Protocol):
    """Given to every rule for a resource type; `path` arguments are FHIRPath locations from the root."""

    catalog: Catalog

    def report(self, issue_id: str, path: str, **params: Any) -> None:
        """Report an issue of the catalogue; optional keywords `severity`, `profile`, `element`, `rule`."""

    def resolve(self, reference: str, path: str) -> Resource | None:
        """What a literal reference at `path` means: contained, in the Bundle, or from the caller's resolver."""

    def check_code(
        self, query: CodeQuery, path: str, issue_id: str, *, on_unknown: str | None = None, **params: Any
    ) -> None:
        """Ask terminology in the batch; report `issue_id` if the code is not in the value set (or else its system)."""

    def validate_value(self, value: Any, type_name: str, path: str) -> None:
        """Validate a value as a FHIR datatype, as if it stood at `path`."""

    def validate_resource(self, resource: Resource, profile: str, path: str) -> None:
        """Validate a resource against a profile as well."""

    def holds(self, expression: str, resource: Resource) -> bool | None:
        """Whether a FHIRPath expression is true for `resource`; None where it cannot be evaluated."""

    def engine(self, *, as_filters: bool = False) -> Engine:
        """The FHIRPath engine that keeps what it compiles; `as_filters` for the expressions of search parameters."""

    def policy(self, name: str) -> Any:
        """The value of a named policy switch."""


class ResourceRule(Protocol):
    """Rules beyond the StructureDefinition for one resource type."""

    def __call__(self, resource: Resource, path: str, context: Context, /) -> None: ...


RuleTable = Mapping[str, tuple[ResourceRule, ...]]
"""By resource type."""
