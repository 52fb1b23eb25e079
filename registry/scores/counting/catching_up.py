"""Counts the log of evidence up to its end, so that a score sees all that was acknowledged."""

from __future__ import annotations

from datetime import tzinfo

from fhir_kernel.store.base import Store
from registry.scores.counting.following import follow
from registry.scores.counting.generations import current_generation, known_position


async def catch_up(store: Store, zone: tzinfo) -> int:
    """Count what has come to the log since it was last read; gives how many entries. Days are those of `zone`.

    Raises StoreUnavailable where the store lacks a rule list; what came before it is counted.
    """
    done = 0
    while True:
        generation = await current_generation(store)
        found = await follow(store, await known_position(store, generation), zone)
        if found is None and await current_generation(store) == generation:
            return done
        done += 0 if found is None else found[1]
