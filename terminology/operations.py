"""The terminology operations of FHIR R4 as a table (https://hl7.org/fhir/R4/terminology-service.html).

A row says what an operation is called, on which type it works and which parameters it takes; what it does stands in
the module of its name. Whoever offers operations, over HTTP or at the command line, reads this table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fhir_kernel.resource import Resource

if TYPE_CHECKING:
    from terminology.service import TerminologyService


@dataclass(frozen=True, slots=True)
class Call:
    """One invocation of an operation."""

    parameters: tuple[Resource, ...]
    """`Parameters.parameter` as it was sent; from GET, with the types of the operation's table."""
    accept_language: str | None = None
    """The languages that the caller prefers, as an HTTP Accept-Language (RFC 9110), where no parameter says it."""
    instance: Resource | None = None
    """The CodeSystem, ValueSet or ConceptMap on which it was invoked by id."""


Handler = Callable[["TerminologyService", Call], Resource]


@dataclass(frozen=True, slots=True)
class Parameter:
    """An input parameter. `type` is a FHIR data type, or `resource`."""

    name: str
    type: str
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """`name` is its code without `$`; `at` says where it may be invoked: system, type, instance."""

    resource_type: str
    name: str
    parameters: Mapping[str, Parameter]
    handler: Handler
    definition: str
    """The canonical of its OperationDefinition."""
    at: frozenset[str] = field(default=frozenset({"type"}))
    affects_state: bool = False
    """Whether invoking it changes what it answers next: then it may not be invoked by GET."""
