"""What a draft package may cost."""

from __future__ import annotations

from dataclasses import dataclass, field

from fhir_kernel.packages.archive import ArchiveLimits


@dataclass(frozen=True, slots=True)
class PackageLimits:
    """Bounds on one upload of a package or a FSH project."""

    bytes: int = 100_000_000
    """The upload as it comes."""
    archive: ArchiveLimits = field(default_factory=lambda: ArchiveLimits(400_000_000, 20_000, 50_000_000, 200))
    resources: int = 20_000
    seconds: float = 300.0
    """For the compilation; what was not reached by then is said not to have been checked."""
    findings: int = 2_000
    """Findings that are kept; the others are counted."""
    sushi_seconds: float = 180.0
    sushi_output: int = 200_000_000
    """Bytes that SUSHI may write."""
    sushi_lines: int = 200
    """Lines of what SUSHI says that are kept."""
