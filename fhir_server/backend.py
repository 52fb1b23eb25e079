"""What the server asks of whoever knows terminology (https://hl7.org/fhir/R4/terminology-service.html)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from fhir_kernel.definitions.model import Model
from fhir_kernel.resource import Resource
from terminology.operations import Call, Operation


class TerminologyBackend(Protocol):
    """Code systems, value sets and maps, and the operations on them; called from several threads at once."""

    @property
    def model(self) -> Model:
        """The types of FHIR R4, along which XML is read and written."""

    @property
    def generation(self) -> int:
        """Another number whenever `all` and `find` may tell of other resources."""

    @property
    def waits(self) -> bool:
        """Whether an operation may have to wait for another server."""

    def refresh(self) -> None:
        """Look for content that was installed since."""

    def run(self, operation: Operation, call: Call, /) -> Resource:
        """What the operation answers. Raises OperationFailed."""

    def all(self, resource_type: str, /) -> Iterable[Resource]:
        """The resources of a type; a large code system without its concepts."""

    def find(self, canonical: str, resource_type: str, /) -> Resource | None:
        """The resource with a canonical `url` or `url|version`."""

    def read(self, resource_type: str, resource_id: str, /) -> Resource | None:
        """The resource with an id."""
