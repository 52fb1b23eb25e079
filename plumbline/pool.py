"""Spread pure work over processes: items go out in chunks, answers come back in the order of the items."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

from fhir_kernel.errors import PlumblineError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Item = TypeVar("Item")
Answer = TypeVar("Answer")

CHUNK = 64
"""Items a message: enough to hide its cost, few enough that the last chunks spread evenly."""


AHEAD = 2
"""Messages that a process has at hand: it goes on with the second while its answer to the first is dealt with."""


class WorkerDied(PlumblineError):
    """A process ended before it answered."""


def map_in_order(
    work: Callable[[Item], Answer], items: Iterable[Item], jobs: int, *, chunk: int = CHUNK
) -> Iterator[Answer]:
    """`work(item)` for each item, in order, as soon as it is known; `jobs` processes do it where that is more than one.

    Processes are forked, so that what `work` holds (definitions, plans) is shared, not copied; on a system that cannot
    fork, this one process does it all. An exception of `work` is raised here. Raises WorkerDied.
    """
    if jobs <= 1 or not hasattr(os, "fork"):
        return map(work, items)
    return _spread(work, items, jobs, chunk)


def _spread(work: Callable[[Item], Answer], items: Iterable[Item], jobs: int, chunk: int) -> Iterator[Answer]:
    from multiprocessing.connection import Connection, wait  # most runs need one process

    chunks = enumerate(_chunks(iter(items), chunk))
    workers = _start(work, jobs)
    free = [connection for connection in workers for _ in range(AHEAD)]
    busy: dict[Connection, int] = dict.fromkeys(workers, 0)
    done: dict[int, list[Answer]] = {}
    following = 0
    try:
        while True:
            while free and len(done) < 4 * jobs and (task := next(chunks, None)):
                connection = free.pop()
                connection.send(task)
                busy[connection] += 1
            if not any(busy.values()):
                return
            for ready in wait([connection for connection, count in busy.items() if count]):
                assert isinstance(ready, Connection)
                done.update((_receive(ready),))
                busy[ready] -= 1
                free.insert(0, ready)
            while following in done:
                yield from done.pop(following)
                following += 1
    finally:
        _stop(workers)


def _chunks(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while part := list(islice(items, size)):
        yield part


def _start(work: Callable[[Item], Answer], jobs: int) -> dict[Connection, BaseProcess]:
    import multiprocessing

    gc.freeze()  # what is there now is never collected, so its pages stay shared
    workers: dict[Connection, BaseProcess] = {}
    for _ in range(jobs):
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("fork").Process(target=_serve, args=(work, theirs), daemon=True)
        process.start()
        theirs.close()
        workers[ours] = process
    return workers


def _serve(work: Callable[[Item], Answer], connection: Connection) -> None:
    tasks: Queue[tuple[int, list[Item]] | None] = Queue()
    Thread(target=_listen, args=(connection, tasks), daemon=True).start()
    try:
        while (task := tasks.get()) is not None:
            number, items = task
            try:
                connection.send((number, [work(item) for item in items]))
            except PlumblineError as error:
                connection.send((number, error))
    except (KeyboardInterrupt, BrokenPipeError):
        return


def _listen(connection: Connection, tasks: Queue[tuple[int, list[Item]] | None]) -> None:
    """Empty the pipe while the process works, so that whoever sends never waits for it."""
    try:
        while True:
            tasks.put(connection.recv())
    except (EOFError, OSError):
        tasks.put(None)


def _receive(connection: Connection) -> tuple[int, list[Answer]]:
    try:
        number, answers = connection.recv()
    except EOFError:
        raise WorkerDied("a worker process ended before it answered: it failed or was killed") from None
    if isinstance(answers, PlumblineError):
        raise answers
    return number, answers


def _stop(workers: dict[Connection, BaseProcess]) -> None:
    for connection, process in workers.items():
        connection.close()
        process.terminate()
    for process in workers.values():
        process.join()
