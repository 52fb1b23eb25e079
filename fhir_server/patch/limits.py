"""How much a patch may ask for, so that a small one cannot make a large work (RFC 5789, section 5)."""

from __future__ import annotations

from dataclasses import dataclass

from fhir_kernel.codec.limits import DEFAULT_LIMITS, WRITABLE_DEPTH, Limits


@dataclass(frozen=True, slots=True)
class PatchLimits:
    """Bounds on one patch; what is beyond them is refused."""

    max_operations: int = 1_000
    max_size: int = 20_000_000
    """What all operations together may write, compare or move: eight for each value of JSON and one for each character
    of text."""
    max_depth: int = WRITABLE_DEPTH
    """JSON objects and arrays inside one another, in the outcome."""
    max_path: int = 4_000
    """Characters of a FHIRPath expression or of an XPath selector."""
    max_steps: int = 500_000
    """Elements that all paths of a patch together may go through."""
    document: Limits = DEFAULT_LIMITS
    """Of the text of the patch."""


DEFAULT_PATCH_LIMITS = PatchLimits()
