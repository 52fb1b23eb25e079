"""What compiling a draft needs from the rest of the product; whoever puts the parts together supplies it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conformance.validator import Validator
from fhir_kernel.definitions.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Bench:
    """Definitions to build on, and validators over them."""

    catalog: Callable[[Sequence[str]], Catalog]
    """FHIR's own definitions and those of the packages named, each `name#version`. Raises PackageError."""
    validator: Callable[[Catalog], Validator]
    """A validator over a catalog."""
