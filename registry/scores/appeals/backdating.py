"""Declarations as they count: one that an erratum names excuses from its first day on, though it was approved later.

Any other excuses only periods that end on or after the day of its approval, so that nobody excuses what is scored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from conformance.scoring.expectations import Declaration
from fhir_kernel.store.base import Reader
from registry.scores.appeals.errata import errata
from registry.scores.inputs.declaring import kept_declarations


async def declarations_with_errata(reader: Reader) -> Sequence[Declaration]:
    """Those that were approved, those that have expired since too."""
    first: dict[str, date] = {}
    for each in await errata(reader):
        if each.effect == "declaration":
            first[each.target] = min(each.first, first.get(each.target, each.first))
    found = [(kept.id, kept.declaration) for kept in await kept_declarations(reader)]
    return [_since(its, first.get(id_)) for id_, its in found if its is not None]


def _since(its: Declaration, first: date | None) -> Declaration:
    """As approved on the first day of an erratum, where that is earlier."""
    if first is None or its.approved_on is None or its.approved_on <= first:
        return its
    return replace(its, approved_on=first)
