"""An operation on stored resources: what it is called, what it takes and what it works with.

https://hl7.org/fhir/R4/operations.html; the table of them all stands in `table.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.evidence import Sender
from fhir_kernel.clock import Clock
from fhir_kernel.fhirpath import Engine
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Store
from fhir_kernel.store.records import Key, Version
from fhir_server.outcomes import refused
from fhir_server.search.index import SearchIndex
from fhir_server.search.upkeep import Upkeep
from terminology.operations import Parameter

Amend = Callable[[Key, Callable[[Resource], Resource], Sender], Awaitable[Version]]
"""Writes what a pure function makes of the current version of a resource, as every write is done; gives what is current
then. Raises RequestRefused where there is none."""


@dataclass(frozen=True, slots=True)
class OperationLimits:
    """What an operation may come to. What goes beyond is refused, never cut."""

    everything: int = 10_000
    """Resources that `$everything` answers with at once."""
    largest_page: int = 1_000
    """The greatest `_count`."""
    supporting: int = 10_000
    """Resources that one answer may bring along because others refer to them."""
    scanned: int = 20_000
    """Resources with a profile that `$meta` looks through for a type or the system."""
    expression: int = 4_000
    """Characters of an expression of FHIRPath."""
    results: int = 1_000
    """Items that `$fhirpath` answers with."""


@dataclass(frozen=True, slots=True)
class OperationContext:
    """What operations work with. `engine` has limits that suit expressions of strangers."""

    store: Store
    index: SearchIndex
    engine: Engine
    clock: Clock
    amend: Amend
    limits: OperationLimits = OperationLimits()
    upkeep: Upkeep | None = None
    """Has resources indexed anew; None: nobody does."""


@dataclass(frozen=True, slots=True)
class Call:
    """One invocation: of the system, of a type, or of a resource by its id."""

    parameters: Sequence[Resource] = ()
    """`Parameters.parameter` as it was sent; from GET, with the types of the operation's table."""
    type: str = ""
    id: str = ""
    base: str = ""
    """The address of the service, as the client wrote it."""
    sender: Sender = field(default_factory=Sender)

    @property
    def key(self) -> Key:
        """The resource on which it was invoked."""
        return Key(self.type, self.id)

    def rows(self, name: str) -> Sequence[Resource]:
        """The parameters of a name."""
        return [row for row in self.parameters if row.get("name") == name]

    def values(self, name: str) -> Sequence[Any]:
        """The values, or resources, of the parameters of a name."""
        return [value for row in self.rows(name) if (value := _value_of(row)) is not None]

    def value(self, name: str) -> Any:
        """The value, or resource, of a parameter; None where it was not sent."""
        return next(iter(self.values(name)), None)


Handler = Callable[[OperationContext, Call], Awaitable[Resource]]


@dataclass(frozen=True, slots=True)
class Operation:
    """`name` is its code without `$`; `at` says where it may be invoked: system, type, instance."""

    name: str
    parameters: Mapping[str, Parameter]
    handler: Handler
    definition: str
    """The canonical of its OperationDefinition."""
    at: frozenset[str]
    types: tuple[str, ...] = ()
    """The types of resources that have it; none: all do."""
    affects_state: bool = False
    """Whether it writes: then it may not be invoked by GET."""
    progress: Handler | None = None
    """What GET answers about an operation that writes."""


async def current(store: Store, key: Key) -> Version:
    """The current version. Raises RequestRefused: 404 where there never was one, 410 where it was deleted."""
    found = await store.read(key)
    if found is None:
        raise refused("not-found", f"There is no {key}")
    if found.is_deleted:
        raise refused("deleted", f"{key} was deleted")
    return found


def _value_of(row: Resource) -> Any:
    return next((value for name, value in row.items() if name.startswith("value") or name == "resource"), None)
