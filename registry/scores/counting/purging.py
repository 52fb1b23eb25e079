"""Forgets who was seen on days that are long over: the counters of those days need it no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from fhir_kernel.store.base import Store, Transaction
from registry.scores.counting.generations import known_position, remove, save_position
from registry.scores.counting.names import PATIENT

KEPT_DAYS = 35
"""For so long what comes late, by the clock of the server that took it, is still counted on its day."""


async def close_days(store: Store, generation: str, today: date) -> int:
    """Close the days that are long over, and remove their patients; gives how many documents went."""
    closed = (today - timedelta(days=KEPT_DAYS)).isoformat()

    async def work(transaction: Transaction) -> str:
        position = await known_position(transaction, generation)
        if position.closed < closed:
            await save_position(transaction, replace(position, closed=closed))
        return max(closed, position.closed)

    if (await known_position(store, generation)).closed < closed:
        closed = await store.commit(work)
    return await remove(store, PATIENT, f"{generation}/", f"{generation}/{closed}")
