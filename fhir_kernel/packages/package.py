"""A package that is at hand: a folder, an archive or a single file of definitions (https://hl7.org/fhir/packages.html)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fhir_kernel.errors import PackageError
from fhir_kernel.packages.documents import Document, resources_of
from fhir_kernel.packages.manifest import Manifest
from fhir_kernel.resource import Resource

if TYPE_CHECKING:
    from fhir_kernel.definitions.model import Model


def no_types() -> Model:
    """Stands for the types where none are loaded. Raises PackageError."""
    raise PackageError("XML can be read only when the FHIR core definitions are loaded")


@dataclass(frozen=True, slots=True)
class Package:
    """Definitions and examples that were published, or given, together."""

    source: str
    """How messages name it: `hl7.fhir.us.core#6.1.0` or the path that was given."""
    fingerprint: str
    """Changes when the content does."""
    count: Callable[[], int | None]
    """How many documents of definitions there are; None where that is not known without reading them."""
    definitions: Callable[[], Iterator[Document]]
    """The documents of definitions, in a fixed order."""
    examples: Callable[[], Iterator[Document]]
    """The documents of examples."""
    manifest: Manifest | None = None
    """package.json; None for loose files."""
    is_small: bool = False
    """Whether an index on disk is not worth while."""

    def resources(self, types: Callable[[], Model] = no_types) -> Iterator[Resource]:
        """Every resource, examples included; `types` is asked only for XML. Raises PackageError."""
        for documents in (self.definitions(), self.examples()):
            for document in documents:
                yield from resources_of(document, types)
