"""What an uploaded text may not exceed."""

from __future__ import annotations

from dataclasses import dataclass, field

from fhir_kernel.packages.archive import ArchiveLimits


@dataclass(frozen=True, slots=True)
class TextLimits:
    """Bounds on one text document."""

    bytes: int = 50_000_000
    docx: ArchiveLimits = field(default_factory=lambda: ArchiveLimits(300_000_000, 5_000, 100_000_000, 200))
    """What the ZIP that a DOCX is may unpack to."""
    xml_depth: int = 200
    """Elements of a DOCX inside one another."""
    paragraph: int = 100_000
    """Elements in one paragraph of a DOCX."""
