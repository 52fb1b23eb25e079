"""Keeps clients of the FHIR server from writing Tasks of cases, which follow from the steps of the registry alone."""

from __future__ import annotations

from collections.abc import Sequence

from fhir_kernel.store.base import Transaction
from fhir_kernel.store.records import Change
from fhir_server.outcomes import refused
from registry.scores.appeals.lifecycle import APPEAL, ORDER

_SAID = {APPEAL.code: "an appeal", ORDER.code: "an order to mend"}


async def keep_from_clients(transaction: Transaction, changes: Sequence[Change]) -> None:
    """Raises RequestRefused (403) where a change is to the Task of an appeal or of an order to mend."""
    for each in changes:
        key = each.version.key
        if key.type != "Task":
            continue
        for lifecycle in (APPEAL, ORDER):
            if await transaction.load(lifecycle.collection, key.id) is not None:
                what = _SAID[lifecycle.code]
                text = f"{key} is {what}; expected its steps to be taken at /api/scores, from where it is written"
                raise refused("forbidden", text)
