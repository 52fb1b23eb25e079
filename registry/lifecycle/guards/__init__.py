"""Guards: pure functions that say what is missing. The rules call them by their names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from registry.lifecycle.guards import approval, comment, drafting, packages, planning, publication, review
from registry.lifecycle.guards.question import Guard, Question

__all__ = ["GUARDS", "Guard", "Question"]

GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        name: guard
        for part in (planning, drafting, packages, comment, review, approval, publication)
        for name, guard in part.GUARDS.items()
    }
)
"""Every guard by its name."""
