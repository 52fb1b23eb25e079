"""Closes orders that are mended while nobody asks."""

from __future__ import annotations

import asyncio
import logging

from fhir_kernel.clock import Clock
from fhir_kernel.errors import PlumblineError
from registry.scores.appeals.keeping import Office
from registry.scores.appeals.ordering import close_mended

_LOG = logging.getLogger("plumbline.scores")


async def keep_closed(office: Office, clock: Clock, seconds: float) -> None:
    """Look every so many seconds; never ends. What goes wrong is told and tried again."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await close_mended(office, clock())
        except PlumblineError as error:
            _LOG.warning("orders to mend are not looked at: %s", error)
