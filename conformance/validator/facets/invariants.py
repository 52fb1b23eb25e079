"""Invariants: hand-written where they run most, FHIRPath otherwise (https://hl7.org/fhir/R4/conformance-rules.html#constraints)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from conformance.validator.path import At
from conformance.validator.plan import Constraint
from conformance.validator.run import Item, Run
from fhir_kernel.errors import FhirPathError
from fhir_kernel.fhirpath import Expression, node


@dataclass(frozen=True, slots=True)
class Invariant:
    """A constraint made ready to run: by code of ours, by FHIRPath, or not at all, with the reason."""

    constraint: Constraint
    severity: str
    builtin: Callable[..., bool] | None = None
    needs_scope: bool = False
    expression: Expression | None = None
    fault: str = ""
    profile: str = ""


def hold(value: Any, at: At, invariant: Invariant, type_name: str, run: Run) -> None:
    """Report `invariant` unless it holds for `value`, a value of type `type_name` that is no primitive."""
    builtin = invariant.builtin
    if builtin is not None:
        if not (builtin(value, run.place.scope) if invariant.needs_scope else builtin(value)):
            broken(at, invariant, run)
    else:
        _hold_expression(value, None, at, invariant, type_name, run)


def hold_item(item: Item, invariant: Invariant, run: Run) -> None:
    """The same for an item, which may be a primitive; what is written as Python is for objects alone."""
    if invariant.builtin is None:
        _hold_expression(item.value, item.sibling, item.at, invariant, item.type, run)
    elif isinstance(item.value, dict):
        hold(item.value, item.at, invariant, item.type, run)


def _hold_expression(value: Any, sibling: Any, at: At, invariant: Invariant, type_name: str, run: Run) -> None:
    expression = invariant.expression
    if expression is None:
        run.report(
            "invariant.unusable", at, key=invariant.constraint.key, reason=invariant.fault, profile=invariant.profile
        )
        return
    try:
        holds = expression.holds(node(value, type_name, sibling), run.environment)
    except FhirPathError as error:
        key, reason = invariant.constraint.key, str(error)
        run.report("invariant.unusable", at, key=key, reason=reason, profile=invariant.profile, rule=key)
        return
    if not holds:
        broken(at, invariant, run)


def broken(at: At, invariant: Invariant, run: Run) -> None:
    """Report that `invariant` does not hold."""
    constraint = invariant.constraint
    run.report(
        "invariant.violated",
        at,
        severity=invariant.severity,
        profile=invariant.profile,
        rule=constraint.key,
        key=constraint.key,
        human=constraint.human or constraint.expression,
    )
