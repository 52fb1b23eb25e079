"""What a codec makes of a text that may be faulty."""

from __future__ import annotations

from dataclasses import dataclass

from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource


@dataclass(frozen=True, slots=True)
class Reading:
    """As much of the resource as can be made, and one issue, with its place, for everything that is bad FHIR syntax."""

    resource: Resource | None
    """None where the text holds no resource; what could not be placed is left out."""
    issues: tuple[Issue, ...]
