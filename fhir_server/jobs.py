"""Requests that are answered later, as the store keeps them, so that any worker can tell of them.

https://hl7.org/fhir/R4/async.html. Whoever works on a request says again and again that it still does; where that has
not been heard for long, it has ended, and nobody needs to wait any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from fhir_kernel.clock import Clock
from fhir_kernel.store.base import Store, Transaction
from fhir_kernel.store.records import Document

JOBS, RESULTS = "jobs", "job-results"
"""The collections of the store: one document for each request, and its answer in pieces."""
State = Literal["waiting", "running", "done"]


@dataclass(frozen=True, slots=True)
class JobLimits:
    """What is kept of requests that are answered later, and for how long."""

    at_once: int = 2
    """How many one process works on; the others wait."""
    of_a_client: int = 100
    """How many are kept for one client."""
    seconds: float = 3_600
    """How long the work may take."""
    kept: timedelta = timedelta(hours=24)
    """How long after its beginning a request and its answer are kept."""
    beat: float = 5
    """Seconds after which whoever works on it says so again."""
    lost: timedelta = timedelta(seconds=30)
    """How long that may not have been heard."""
    answer_bytes: int = 64_000_000
    piece: int = 1_000_000
    """Characters of an answer in one document, which MongoDB bounds."""


@dataclass(frozen=True, slots=True)
class Job:
    """One request that is answered later."""

    id: str
    client: str
    """Who may ask for it,"""
    scopes: str
    """with a token that allows the same."""
    began: datetime
    until: datetime
    """When it is forgotten."""
    beat: datetime
    """When it was last heard that somebody works on it."""
    state: State = "waiting"
    bundled: bool = False
    """Whether its answer is a Bundle of answers already, as that of a batch is."""
    status: int = 0
    """Of the answer."""
    headers: Mapping[str, str] | None = None
    pieces: int = 0

    def document(self) -> Document:
        """As it is stored."""
        times = {name: getattr(self, name).isoformat() for name in ("began", "until", "beat")}
        plain = {name: getattr(self, name) for name in ("client", "scopes", "state", "bundled", "status", "pieces")}
        return {**plain, **times, "headers": dict(self.headers or {})}


class Jobs:
    """The requests that are answered later, in a store."""

    def __init__(self, store: Store, clock: Clock, limits: JobLimits) -> None:
        self.limits = limits
        self._store, self._clock = store, clock

    async def begin(self, job_id: str, client: str, scopes: str, *, bundled: bool) -> Job | None:
        """A new one; None where the client has too many. Those whose time has come are forgotten."""
        now, many = self._clock(), 0
        expired: list[Job] = []
        for name, document in await self._store.listed(JOBS):
            job = _job(name, document)
            if job.until <= now:
                expired.append(job)
            elif job.client == client:
                many += 1
        for job in expired:
            await self.forget(job)
        if many >= self.limits.of_a_client:
            return None
        made = Job(job_id, client, scopes, now, now + self.limits.kept, now, bundled=bundled)
        await self._store.commit(_saving(made))
        return made

    async def find(self, job_id: str, client: str, scopes: str) -> Job | None:
        """The one of this id, where it is this client's and its token allows now what it allowed then."""
        document = await self._store.load(JOBS, job_id)
        job = None if document is None else _job(job_id, document)
        is_theirs = job is not None and (job.client, job.scopes) == (client, scopes)
        return job if job is not None and is_theirs and job.until > self._clock() else None

    def is_lost(self, job: Job) -> bool:
        """Whether nobody works on it any more, though it is not done."""
        return job.state != "done" and job.beat + self.limits.lost < self._clock()

    async def beat(self, job: Job, state: State) -> bool:
        """Say that it is worked on, or waits; whether it is still wanted."""
        return await self._change(replace(job, state=state, beat=self._clock()))

    async def finish(self, job: Job, status: int, headers: Mapping[str, str], answer: str) -> bool:
        """Keep the answer; whether it was still wanted."""
        size = self.limits.piece
        pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
        for place, text in enumerate(pieces):
            await self._store.commit(_keeping(job.id, place, {"text": text}))
        done = replace(job, state="done", beat=self._clock(), status=status, headers=headers, pieces=len(pieces))
        is_wanted = await self._change(done)
        if not is_wanted:
            await self.forget(done)
        return is_wanted

    async def answer(self, job: Job) -> str:
        """What was kept of one that is done."""
        found = [await self._store.load(RESULTS, _piece(job.id, place)) for place in range(job.pieces)]
        return "".join(str(each["text"]) for each in found if each is not None)

    async def forget(self, job: Job) -> None:
        """Remove it and its answer, also one that was kept since `job` was read."""

        async def work(transaction: Transaction) -> None:
            kept = await transaction.load(JOBS, job.id)
            await transaction.save(JOBS, job.id, None)
            for place in range(max(job.pieces, int(kept["pieces"]) if kept is not None else 0)):
                await transaction.save(RESULTS, _piece(job.id, place), None)

        await self._store.commit(work)

    async def _change(self, job: Job) -> bool:
        async def work(transaction: Transaction) -> bool:
            if await transaction.load(JOBS, job.id) is None:
                return False
            await transaction.save(JOBS, job.id, job.document())
            return True

        return await self._store.commit(work)


def _job(name: str, document: Document) -> Job:
    row: dict[str, Any] = dict(document)
    times = {each: datetime.fromisoformat(row[each]) for each in ("began", "until", "beat")}
    return Job(name, **{**row, **times})


def _saving(job: Job) -> Any:
    async def work(transaction: Transaction) -> None:
        await transaction.save(JOBS, job.id, job.document())

    return work


def _keeping(job_id: str, place: int, document: Document) -> Any:
    async def work(transaction: Transaction) -> None:
        await transaction.save(RESULTS, _piece(job_id, place), document)

    return work


def _piece(job_id: str, place: int) -> str:
    return f"{job_id}/{place}"
