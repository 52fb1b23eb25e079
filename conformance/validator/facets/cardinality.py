"""How often an element stands (https://hl7.org/fhir/R4/conformance-rules.html#cardinality)."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.validator.discriminator import items_of
from conformance.validator.plan import ElementPlan
from conformance.validator.run import Item, Run

_FEW = 3
"""Up to so many forms of a choice are looked for one by one."""


def values(item: Item, plan: ElementPlan) -> list[Item]:
    """All values of the element of `plan` within `item`."""
    found: list[Item] = []
    holder, fields = item.holder, plan.fields
    if len(fields) > _FEW:
        stems = {key[1:] if key[:1] == "_" else key for key in holder}
        fields = tuple(field for field in fields if field[0] in stems)
    for name, type_name, is_primitive in fields:
        if name in holder or (is_primitive and f"_{name}" in holder):
            found.extend(items_of(item, name, plan.name, type_name, is_primitive))
    return found


def too_few(found: Sequence[Item], item: Item, plan: ElementPlan, run: Run) -> None:
    """Fewer values than the profile asks for."""
    _report("cardinality.min", found, item, plan, plan.min, "min", run)


def too_many_values(found: Sequence[Item], item: Item, plan: ElementPlan, run: Run) -> None:
    """More values than the profile allows."""
    _report("cardinality.max", found, item, plan, plan.max, "max", run)


def _report(
    issue_id: str, found: Sequence[Item], item: Item, plan: ElementPlan, expected: int | None, rule: str, run: Run
) -> None:
    run.report(
        issue_id,
        item.at,
        name=plan.name,
        found=len(found),
        expected=expected,
        profile=plan.profile,
        element=plan.id,
        rule=rule,
    )
