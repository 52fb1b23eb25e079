"""Have resources indexed anew and wait for it, be it by this process or by another one that is at it already."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from fhir_kernel.clock import random_id, system_clock
from fhir_kernel.packages.progress import Progress
from fhir_kernel.store.base import Store
from fhir_server.search import backlog
from fhir_server.search.reindex import Reindexer
from fhir_server.search.upkeep import COLLECTION, REINDEX, Upkeep

_PATIENCE = 0.5
"""Seconds between looks at how far another process has got."""


async def reindex(store: Store, upkeep: Upkeep, types: Sequence[str], progress: Progress) -> Mapping[str, int]:
    """How many resources of each type were looked through; none of `types`: of all. Raises StoreError."""
    await upkeep.open()
    await upkeep.again(types or upkeep.index.types)
    wanted = {each.type for each in backlog.jobs(await store.load(COLLECTION, REINDEX))}

    def told(job: backlog.Job) -> None:
        progress(job.type, job.done, max(job.total or 0, job.done))

    reindexer = Reindexer(store, upkeep, random_id(), system_clock, rest=0)
    while not await reindexer.run(told):
        for each in backlog.jobs(await store.load(COLLECTION, REINDEX))[:1]:
            told(each)
        await asyncio.sleep(_PATIENCE)
    over = backlog.finished(await store.load(COLLECTION, REINDEX))
    return {name: each["resources"] for name, each in over.items() if name in wanted}
