"""Counts evidence up while nobody asks, so that whoever does need not wait."""

from __future__ import annotations

import asyncio
import logging
from datetime import tzinfo

from fhir_kernel.errors import StoreError
from fhir_kernel.store.base import Store
from registry.evaluation.tally import count_up

_LOG = logging.getLogger("plumbline.evaluation")


async def keep_counted(store: Store, zone: tzinfo, seconds: float) -> None:
    """Count every few seconds; never ends. What goes wrong is told and tried again."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await count_up(store, zone)
        except StoreError as error:
            _LOG.warning("the evidence of use is not counted: %s", error)
