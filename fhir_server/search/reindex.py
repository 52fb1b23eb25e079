"""Look resources through again for what they are found by, while the server goes on.

https://hl7.org/fhir/R4/search.html. What is to be done stands in the store, and how far it has got is written with each
batch: whoever is killed, another one goes on there. One process works at a time; it holds a lease.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from fhir_kernel.clock import Clock
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.errors import PlumblineError
from fhir_kernel.store.base import Store, Transaction
from fhir_kernel.store.criteria import All, Position, Query
from fhir_kernel.store.records import Change, Key, Version
from fhir_server.repository import Overtaken
from fhir_server.search import backlog
from fhir_server.search.backlog import Job
from fhir_server.search.upkeep import COLLECTION, PARAMETERS, REINDEX, Upkeep

_LOG = logging.getLogger(__name__)
BATCH = 100
"""Resources at a time: writers wait no longer than for these."""
Told = Callable[[Job], None]
"""Hears how far a type has got."""


def _nobody(_job: Job) -> None:
    return


class Reindexer:
    """Does what the store says is to be done, as `holder` of the lease."""

    def __init__(
        self, store: Store, upkeep: Upkeep, holder: str, clock: Clock, *, batch: int = BATCH, rest: float = 1.0
    ) -> None:
        """`rest`: after each batch, how many times as long as it took others have their turn."""
        self._store, self._upkeep, self._holder, self._clock = store, upkeep, holder, clock
        self._batch, self._rest = batch, rest

    async def run(self, told: Told = _nobody) -> bool:
        """Work until all is done, or somebody else is found to work on it; whether all is done. Raises StoreError."""
        while (job := await self._next()) is not None:
            if not await self._take(job):
                return False
            began = time.monotonic()
            try:
                told(await self._step(job))
            except Overtaken:
                continue  # something has changed: what is to be done now stands in the store
            await asyncio.sleep((time.monotonic() - began) * self._rest)
        return True

    async def _next(self) -> Job | None:
        await self._upkeep.refresh()
        return next(iter(backlog.jobs(await self._store.load(COLLECTION, REINDEX))), None)

    async def _take(self, job: Job) -> bool:
        """Whether the lease is ours: renewed with each batch, it is taken here where a type begins or nobody has it."""
        kept = await self._store.load(COLLECTION, REINDEX)
        if not backlog.is_free(kept, self._holder, self._clock()):
            return False
        if job.total is not None and kept is not None and kept.get("holder") == self._holder:
            return True
        total = await self._store.count(job.type, All()) if job.total is None else job.total

        async def work(transaction: Transaction) -> bool:
            found, now = await transaction.load(COLLECTION, REINDEX), self._clock()
            if not backlog.is_free(found, self._holder, now):
                return False
            mine = backlog.held(found, self._holder, now)
            if job in backlog.jobs(found):
                mine = backlog.advanced(mine, replace(job, total=total), is_over=False, now=now)
            await transaction.save(COLLECTION, REINDEX, mine)
            return True

        return await self._store.commit(work)

    async def _step(self, job: Job) -> Job:
        """One batch; what is done is kept with it. Raises Overtaken where it is not ours to do any more."""
        token = self._upkeep.index.token
        after = None if job.after is None else Position((), Key(job.type, job.after))
        found = await self._store.search(Query((job.type,), count=self._batch, after=after))
        versions = list((await self._store.read_many(found.keys)).values())
        changes = await asyncio.to_thread(self._changes, versions)
        last = found.last.key.id if found.last is not None else None
        made = replace(job, after=last, done=job.done + len(changes))

        async def keep(transaction: Transaction) -> None:
            kept = await transaction.load(COLLECTION, PARAMETERS)
            if self._upkeep.index.token != token or (kept is not None and kept["token"] != token):
                raise Overtaken("the parameters of searches have changed meanwhile")
            noted, now = await transaction.load(COLLECTION, REINDEX), self._clock()
            current = next((each for each in backlog.jobs(noted) if each.type == job.type), None)
            if noted is None or noted.get("holder") != self._holder or current is None or not _follows(current, job):
                raise Overtaken("somebody else has taken over, or the type is begun anew")
            mine = backlog.held(noted, self._holder, now)
            done = replace(made, total=max(current.total or 0, made.done), codes=current.codes)
            await transaction.save(COLLECTION, REINDEX, backlog.advanced(mine, done, is_over=last is None, now=now))

        await self._store.reindex(changes, keep)
        return made

    def _changes(self, versions: Sequence[Version]) -> list[Change]:
        values = self._upkeep.index.values
        return [Change(each, values(parse_json(each.body))) for each in versions if each.body is not None]


async def keep_indexed(reindexer: Reindexer, seconds: float) -> None:
    """Look every few seconds for what is to be done, and do it; never ends. What goes wrong is told and tried again."""
    while True:
        try:
            await reindexer.run()
        except PlumblineError as error:
            _LOG.warning("indexing waits: %s", error)
        await asyncio.sleep(seconds)


def _follows(current: Job, job: Job) -> bool:
    return (current.run, current.after, current.done) == (job.run, job.after, job.done)
