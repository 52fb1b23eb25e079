"""Spread pure work over processes: each does its share of the items, answers come back in the order of the items."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle, islice
from typing import TYPE_CHECKING, TypeVar

from fhir_kernel.errors import PlumblineError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Item = TypeVar("Item")
Answer = TypeVar("Answer")

CHUNK = 64
"""Items a message: enough to hide its cost, few enough that the last chunks spread evenly."""


class WorkerDied(PlumblineError):
    """A process ended before it answered."""


def map_in_order(
    work: Callable[[Item], Answer], items: Iterable[Item], jobs: int, *, chunk: int = CHUNK
) -> Iterator[Answer]:
    """`work(item)` for each item, in order, as soon as it is known; `jobs` processes do it where that is more than one.

    Processes are forked, so that what `work` holds (definitions, plans) is shared, not copied; on a system that cannot
    fork, this one process does it all. Each goes through `items` itself and works on every `jobs`-th chunk, so that
    only answers travel: `items` must give every process the same, as files do and standard input does not. An
    exception of `work` is raised here. Raises WorkerDied.
    """
    if jobs <= 1 or not hasattr(os, "fork"):
        return map(work, items)
    return _spread(work, items, jobs, chunk)


def _spread(work: Callable[[Item], Answer], items: Iterable[Item], jobs: int, chunk: int) -> Iterator[Answer]:
    workers = _start(work, items, jobs, chunk)
    connections = list(workers)
    try:
        for connection in cycle(connections):
            answers: list[Answer] | None = _receive(connection)
            if answers is None:
                return
            yield from answers
    finally:
        _stop(workers)


def _start(
    work: Callable[[Item], Answer], items: Iterable[Item], jobs: int, chunk: int
) -> dict[Connection, BaseProcess]:
    import multiprocessing  # most runs need one process

    gc.freeze()  # what is there now is never collected, so its pages stay shared
    workers: dict[Connection, BaseProcess] = {}
    for share in range(jobs):
        ours, theirs = multiprocessing.Pipe(duplex=False)
        chunks = islice(_chunks(iter(items), chunk), share, None, jobs)
        others = [*workers, ours]
        serving = multiprocessing.get_context("fork").Process(
            target=_serve, args=(work, chunks, theirs, others), daemon=True
        )
        serving.start()
        theirs.close()
        workers[ours] = serving
    return workers


def _chunks(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while part := list(islice(items, size)):
        yield part


def _serve(
    work: Callable[[Item], Answer],
    chunks: Iterator[list[Item]],
    connection: Connection,
    others: Sequence[Connection],
) -> None:
    """Send the answers to each chunk; None after the last, or the exception that ended the work.

    The ends of `others` are the receiver's alone: while anybody else held them, nobody would learn that it was killed.
    """
    for each in others:
        each.close()
    try:
        try:
            for items in chunks:
                connection.send([work(item) for item in items])
            connection.send(None)
        except PlumblineError as error:
            connection.send(error)
    except (KeyboardInterrupt, BrokenPipeError):
        return


def _receive(connection: Connection) -> list[Answer] | None:
    try:
        answers: list[Answer] | PlumblineError | None = connection.recv()
    except EOFError:
        raise WorkerDied("a worker process ended before it answered: it failed or was killed") from None
    if isinstance(answers, PlumblineError):
        raise answers
    return answers


def _stop(workers: dict[Connection, BaseProcess]) -> None:
    for connection, process in workers.items():
        connection.close()
        process.terminate()
    for process in workers.values():
        process.join()
