"""Taking a ledger over: tried first, then all of it in one commit or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from fhir_kernel.store.base import Store, Transaction
from registry.ledger.entering import Source
from registry.ledger.known import LEDGER_RESTS_ON, Basis, basis_in, known_of
from registry.ledger.outcome import Taken, check_none_refused, others_never_rest
from registry.ledger.planning import Plan, plan_import
from registry.ledger.reading import ReadRow
from registry.records.keeping import note_all

ATTEMPTS = 5
"""How often it is worked out anew."""


async def import_ledger(store: Store, read: Sequence[ReadRow], source: Source, *, dry_run: bool) -> Taken:
    """What becomes of each row; it is written unless this is a dry run.

    What it comes to is worked out on a thread, and again where somebody has changed the registry meanwhile. Raises
    Refused: invalid with every row at fault where this is no dry run; forbidden; conflict where others never rest.
    """
    for _ in range(ATTEMPTS):
        basis = await basis_in(store, LEDGER_RESTS_ON)
        plan = await asyncio.to_thread(_planned, read, basis, source)
        if dry_run:
            return Taken(plan.outcomes, False, source.file)
        check_none_refused(plan.outcomes)
        if await _written(store, plan, basis):
            return Taken(plan.outcomes, True, source.file)
    raise others_never_rest()


def _planned(read: Sequence[ReadRow], basis: Basis, source: Source) -> Plan:
    return plan_import(read, known_of(basis), source)


async def _written(store: Store, plan: Plan, basis: Basis) -> bool:
    """Whether it was written, which it is as long as nothing that it rests on has changed."""

    async def work(transaction: Transaction) -> bool:
        if await basis_in(transaction, LEDGER_RESTS_ON) != basis:
            return False
        for collection, name, document in plan.writes:
            await transaction.save(collection, name, document)
        if plan.standards:
            await note_all(transaction, sorted(plan.standards))
        return True

    return await store.commit(work)
