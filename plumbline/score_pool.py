"""Scores in other processes, while this one reads the tallies of those that come next."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from registry.scores.running.lots import Lot, LotScorer, Scored

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor


class PoolScorer:
    """Implements registry.scores.running.around.Scorer; one for a run."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    @property
    def at_once(self) -> int:
        return 2 * self._workers

    async def score(self, work: LotScorer, lot: Lot) -> Scored:
        """What comes of a lot."""
        if self._pool is None:
            self._pool = self._started(work)
        return await asyncio.get_running_loop().run_in_executor(self._pool, _score, lot)

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _started(self, work: LotScorer) -> ProcessPoolExecutor:
        import multiprocessing  # most commands need one process
        from concurrent.futures import ProcessPoolExecutor

        # Not forked: threads of the store are at work here.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._workers, context, _begin, (work,))


@contextmanager
def pool_scorer() -> Iterator[PoolScorer]:
    """One that uses every processor."""
    scorer = PoolScorer(os.cpu_count() or 1)
    try:
        yield scorer
    finally:
        scorer.close()


class _Worker:
    """What a process works by."""

    work: LotScorer


def _begin(work: LotScorer) -> None:
    _Worker.work = work
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Stay no longer than who asks, should that be killed."""
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _score(lot: Lot) -> Scored:
    return _Worker.work(lot)
