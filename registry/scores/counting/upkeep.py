"""Counts while nobody asks, so that whoever does need not wait, and forgets what no counter needs any more."""

from __future__ import annotations

import asyncio
import logging
from datetime import tzinfo

from fhir_kernel.clock import Clock
from fhir_kernel.errors import PlumblineError
from fhir_kernel.store.base import Store
from registry.scores.counting.catching_up import catch_up
from registry.scores.counting.generations import current_generation
from registry.scores.counting.purging import close_days

_LOG = logging.getLogger("plumbline.scores")


async def keep_caught_up(store: Store, zone: tzinfo, seconds: float, clock: Clock) -> None:
    """Count every few seconds; never ends. What goes wrong is told and tried again."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await catch_up(store, zone)
            await close_days(store, await current_generation(store), clock().astimezone(zone).date())
        except PlumblineError as error:
            _LOG.warning("the tallies of scores are not counted: %s", error)
