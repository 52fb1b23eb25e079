"""ElementDefinition.constraint → `Constraint`: R4's faults corrected, structural ones left to the generated code."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.validator.builtin_invariants import BUILTINS
from conformance.validator.corrections import corrected
from conformance.validator.plan import Constraint
from fhir_kernel.resource import Resource

_BEST_PRACTICE = "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice"
STRUCTURAL = frozenset({"ele-1"})
"""Checked by the generated code itself wherever it meets an element."""


def constraints_of(rows: Iterable[Resource], owner: str) -> tuple[Constraint, ...]:
    """The constraints of one element at path `owner`, without those that have no expression and no code of ours."""
    made = (_constraint(row, owner) for row in rows if row["key"] not in STRUCTURAL)
    return tuple(each for each in made if each is not None)


def _constraint(row: Resource, owner: str) -> Constraint | None:
    key = str(row["key"])
    is_builtin = key in BUILTINS and _is_core(row)
    expression = (
        corrected(key, owner, row["expression"]) if "expression" in row and _is_core(row) else row.get("expression")
    )
    if expression is None and not is_builtin:
        return None
    best = any(e["url"] == _BEST_PRACTICE and e.get("valueBoolean") for e in row.get("extension", ()))
    return Constraint(key, row["severity"], row.get("human", ""), expression or "", best, is_builtin)


def _is_core(row: Resource) -> bool:
    """Whether R4 itself states the constraint: a key that a profile reuses for its own rule is not R4's."""
    source = row.get("source", "http://hl7.org/fhir/StructureDefinition/")
    return str(source).startswith("http://hl7.org/fhir/StructureDefinition/")
