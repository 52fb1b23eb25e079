"""Snapshots of profiles: the differential applied to the base (https://hl7.org/fhir/R4/profiling.html#snapshot)."""

from fhir_kernel.definitions.snapshot.generate import generate
from fhir_kernel.definitions.snapshot.sort import sort_differential

__all__ = ["generate", "sort_differential"]
