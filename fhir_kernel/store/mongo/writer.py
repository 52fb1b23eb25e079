"""The one writer of a process: works that wait are done together, in one MongoDB transaction after another.

Every transaction first changes the ticket, so that of two processes one has to begin anew: transactions follow one
another as if there were one writer, what a work has read or searched still holds when it is committed, and places in
the order of commits appear in order. What a transaction costs is shared by all works in it.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

from fhir_kernel.errors import LimitExceeded, StoreUnavailable
from fhir_kernel.store.mongo.failures import is_duplicate, is_transient, is_unknown, translation
from fhir_kernel.store.mongo.layout import Client, Database
from fhir_kernel.store.mongo.search import Search
from fhir_kernel.store.mongo.transaction import MongoTransaction, Shared

MOST_TOGETHER = 64
"""Works in one transaction."""

MANY_CHANGES = 1_000
"""A transaction with so many takes no further work."""

MAX_CODES = 20_000
"""Codes that are listed of one parameter."""

WORK_SECONDS = 50.0
"""MongoDB ends a transaction after 60 seconds; before that its work is stopped with a clear error."""

Work = Callable[[MongoTransaction], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A work and who waits for its outcome."""

    work: Work
    outcome: asyncio.Future[Any]


class _ApartError(Exception):
    """A work has failed in a way that the others cannot be told from: each is to be done by itself."""


class Writer:
    """Does works for as long as there are any; see the module."""

    def __init__(
        self, client: Client, database: Database, *, patience: float, jitter: Callable[[], float], search: Search
    ) -> None:
        self._client, self._database = client, database
        self._patience, self._jitter, self._search = patience, jitter, search
        self._waiting: deque[Waiting] = deque()
        self._task: asyncio.Task[None] | None = None
        self._known_codes: set[int] = set()
        self._codes_of: Counter[int] = Counter()
        self._closed = False

    async def do(self, work: Work) -> Any:
        """The outcome of the work, once it is durable. Raises what the work raises, StoreFull, StoreUnavailable."""
        if self._closed:
            raise StoreUnavailable("the store has been closed")
        waiting = Waiting(work, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await waiting.outcome

    async def close(self) -> None:
        """Take no further work and finish what waits."""
        self._closed = True
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while self._waiting:
            together = [self._waiting.popleft() for _ in range(min(MOST_TOGETHER, len(self._waiting)))]
            try:
                await self._commit([each for each in together if not each.outcome.cancelled()], careful=False)
            finally:
                for each in together:
                    each.outcome.cancel()

    async def _commit(self, together: Sequence[Waiting], *, careful: bool) -> None:
        """Do works in as few transactions as they fit in, and tell each its outcome."""
        while together:
            try:
                outcomes = await self._persist(together, careful=careful)
            except _ApartError:
                for each in together:
                    await self._commit([each], careful=True)
                return
            except Exception as error:
                outcomes = [_Failure(error)] * len(together)
            for each, outcome in zip(together, outcomes, strict=False):
                _tell(each, outcome)
            together = together[len(outcomes) :]

    async def _persist(self, together: Sequence[Waiting], *, careful: bool) -> Sequence[Any]:
        """The outcomes of works in one transaction, begun anew for as long as there is patience."""
        loop = asyncio.get_running_loop()
        deadline, attempt = loop.time() + self._patience, 0
        while True:
            try:
                async with self._client.start_session() as session:
                    return await self._attempt(session, together, deadline, careful)
            except PyMongoError as error:
                attempt += 1
                pause = self._pause(attempt)
                if not is_transient(error):
                    if len(together) > 1 or (is_duplicate(error) and not careful):
                        raise _ApartError from error
                    raise translation(error) from error
                if loop.time() + pause >= deadline:
                    raise translation(error) from error
                await asyncio.sleep(pause)

    def _pause(self, attempt: int) -> float:
        """Seconds before the next attempt: longer each time, never the same for two processes."""
        return float(self._jitter() * 0.001 * 2 ** min(attempt, 6))

    async def _attempt(
        self, session: AsyncClientSession, together: Sequence[Waiting], deadline: float, careful: bool
    ) -> Sequence[Any]:
        await session.start_transaction(
            ReadConcern("snapshot"),
            WriteConcern("majority", wtimeout=int(self._patience * 1000)),
            ReadPreference.PRIMARY,
        )
        shared = Shared(self._database, session, self._known_codes, self._search)
        await shared.begin()
        outcomes: list[Any] = []
        try:
            async with asyncio.timeout(WORK_SECONDS):
                for each in together:
                    outcomes.append(await _do(each.work, shared, careful=careful, alone=len(together) == 1))
                    if len(shared.layer.resources) >= MANY_CHANGES:
                        break
                await shared.send()
        except TimeoutError as error:
            if len(together) > 1:
                raise _ApartError from error
            raise LimitExceeded(f"the work took more than {WORK_SECONDS:.0f} seconds: do less at a time") from error
        if shared.has_written:
            await self._make_durable(session, deadline)
            self._remember(shared)
        return outcomes

    async def _make_durable(self, session: AsyncClientSession, deadline: float) -> None:
        """Ask for the commit until it is known whether it has happened."""
        loop, attempt = asyncio.get_running_loop(), 0
        while True:
            try:
                return await session.commit_transaction()
            except PyMongoError as error:
                if not is_unknown(error):
                    raise
                attempt += 1
                if loop.time() >= deadline:
                    raise StoreUnavailable(_NOT_KNOWN) from error
                await asyncio.sleep(self._pause(attempt))

    def _remember(self, shared: Shared) -> None:
        self._known_codes.update(shared.new_codes)
        self._codes_of.update(each.parameter for each in shared.new_codes.values())


_NOT_KNOWN = (
    "MongoDB does not answer, and whether what was asked last has been kept is not known: "
    "no majority of the replica set can be reached"
)


@dataclass(frozen=True, slots=True)
class _Failure:
    error: Exception


async def _do(work: Work, shared: Shared, *, careful: bool, alone: bool) -> Any:
    """The outcome of one work, or its failure, which leaves nothing behind."""
    transaction = MongoTransaction(shared, careful=careful)
    try:
        outcome = await work(transaction)
    except PyMongoError:
        raise
    except Exception as error:
        if not transaction.has_sent:
            return _Failure(error)
        if not alone:
            raise _ApartError from error
        raise
    shared.accept(transaction.layer)
    return outcome


def _tell(waiting: Waiting, outcome: Any) -> None:
    if waiting.outcome.done():
        return
    if isinstance(outcome, _Failure):
        waiting.outcome.set_exception(outcome.error)
    else:
        waiting.outcome.set_result(outcome)
