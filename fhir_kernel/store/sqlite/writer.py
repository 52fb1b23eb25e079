"""The one thread that writes. All work that waits is committed together, so that it shares one wait for the disk.

Each piece of work has a savepoint (https://www.sqlite.org/lang_savepoint.html): one that raises is undone alone. Other
processes may write too; each transaction begins with the lock of the file, so that what work has read still holds.
Texts are indexed in quiet moments, as far as not too many of them wait.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.sqlite.checkpoints import Checkpoints
from fhir_kernel.store.sqlite.faults import fault
from fhir_kernel.store.sqlite.texts import BATCH
from fhir_kernel.store.sqlite.transaction import SqliteTransaction

_MOST_TOGETHER = 256
_QUIET = 0.05
"""Seconds without work, after which texts are indexed."""
_MOST_WAITING = 8192
"""So many texts may wait for a quiet moment; a search for parts of texts reads through them, in some milliseconds."""

Work = Callable[[Any], Awaitable[Any]]


@dataclass(slots=True)
class _Job:
    """Work that someone waits for."""

    work: Work
    waiter: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None

    def answer(self) -> None:
        """In the loop of who waits, who may have given up."""
        if self.waiter.done():
            return
        if self.error is not None:
            self.waiter.set_exception(self.error)
        else:
            self.waiter.set_result(self.result)


class Writer:
    """Runs work on its own thread and connection until it is closed."""

    def __init__(
        self, path: Path, connection: sqlite3.Connection, checkpoints: Checkpoints, many: int | None, seconds: float
    ) -> None:
        """`seconds`: what one search of a piece of work may take."""
        self._path, self._connection, self._checkpoints = path, connection, checkpoints
        self._transaction = SqliteTransaction(connection, many, seconds)
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed = False
        self._thread = Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def commit(self, work: Work) -> Any:
        """What the work returns, once it is durable. Raises what it raises, StoreFull, StoreUnavailable."""
        if self._closed:
            raise StoreUnavailable(f"{self._path}: the store has been closed")
        loop = asyncio.get_running_loop()
        job = _Job(work, loop.create_future(), loop)
        self._queue.put(job)
        return await job.waiter

    def close(self) -> None:
        """Finish the work that waits, then close the connection. Blocks."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()
            self._checkpoints.close()
            self._connection.close()

    def _run(self) -> None:
        jobs: list[_Job] = []
        going = True
        try:
            while going:
                jobs, going = self._next()
                if jobs:
                    self._together(jobs)
                    _answer(jobs)
                    self._index_texts(_MOST_WAITING)
                    self._checkpoints.committed(self._connection.total_changes)
        except BaseException as error:
            # A mistake of ours: nobody may be left waiting for a thread that has ended.
            while going:
                _answer([replace(job, error=error) for job in jobs])
                jobs, going = self._next()
            raise

    def _next(self) -> tuple[list[_Job], bool]:
        jobs: list[_Job] = []
        try:
            job = self._first()
            while job is not None:
                jobs.append(job)
                if len(jobs) == _MOST_TOGETHER:
                    return jobs, True
                job = self._queue.get_nowait()
        except Empty:
            return jobs, True
        return jobs, False

    def _first(self) -> _Job | None:
        """The next work that comes."""
        while self._transaction.texts >= BATCH:
            try:
                return self._queue.get(timeout=_QUIET)
            except Empty:
                self._index_texts(BATCH)
        return self._queue.get()

    def _together(self, jobs: Sequence[_Job]) -> None:
        """Commit the jobs at once; where the file is at fault, one by one, so that each learns what became of it."""
        try:
            self._transaction.begin()
            for job in jobs:
                self._run_job(job)
            self._transaction.commit()
        except BaseException as error:
            self._transaction.undo()
            if len(jobs) == 1:
                jobs[0].error = self._known(error)
            else:
                for job in jobs:
                    self._together([job])

    def _run_job(self, job: _Job) -> None:
        """Raises only what concerns all: the file is at fault."""
        job.result = job.error = None
        self._transaction.begin_work()
        try:
            job.result = _driven(job.work(self._transaction))
        except BaseException as error:
            if isinstance(error, sqlite3.Error) and fault(self._path, error) is not None:
                raise
            job.error = error
            self._transaction.undo_work()
        else:
            self._transaction.end_work()

    def _known(self, error: BaseException) -> BaseException:
        known = fault(self._path, error) if isinstance(error, sqlite3.Error) else None
        if known is None:
            return error
        known.__cause__ = error
        return known

    def _index_texts(self, most: int) -> None:
        """Index texts, if there are so many that are not; should the file be at fault, whoever writes next is told."""
        try:
            while self._transaction.texts >= most:
                self._transaction.index_texts()
        except sqlite3.Error as error:
            self._transaction.undo()
            if fault(self._path, error) is None:
                raise


def _driven(work: Awaitable[Any]) -> Any:
    """Run work that never has to wait."""
    steps = work.__await__()
    try:
        next(steps)
    except StopIteration as end:
        return end.value
    steps.close()
    raise RuntimeError("work within a transaction awaited something other than the transaction")


def _answer(jobs: Sequence[_Job]) -> None:
    for loop in {job.loop for job in jobs if not job.loop.is_closed()}:
        mine = [job for job in jobs if job.loop is loop]
        loop.call_soon_threadsafe(_answer_all, mine)


def _answer_all(jobs: Sequence[_Job]) -> None:
    for job in jobs:
        job.answer()
