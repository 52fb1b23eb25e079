"""Connections that only read, each used by one thread at a time."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from fhir_kernel.errors import LimitExceeded
from fhir_kernel.store.sqlite.deadline import Deadline, too_long
from fhir_kernel.store.sqlite.faults import faults_of, primary_code
from fhir_kernel.store.sqlite.reading import Reading

Answer = TypeVar("Answer")


class ReaderPool:
    """Runs questions on threads, so that the event loop does not wait for them."""

    def __init__(self, path: Path, readers: list[Reading], seconds: float) -> None:
        """`seconds`: what one question may take."""
        self._path, self._readers, self._seconds = path, readers, seconds
        self._free: SimpleQueue[Reading] = SimpleQueue()
        for each in readers:
            self._free.put(each)
        self._threads = ThreadPoolExecutor(len(readers), "sqlite-reader")

    async def run(self, ask: Callable[[Reading], Answer]) -> Answer:
        """What `ask` returns. Raises LimitExceeded, StoreUnavailable."""
        loop, deadline = asyncio.get_running_loop(), Deadline(self._seconds)
        deadline.watch(loop)
        try:
            return await loop.run_in_executor(self._threads, self._ask, ask, deadline)
        except asyncio.CancelledError:
            deadline.abandon(loop)
            raise
        finally:
            deadline.forget()

    def _ask(self, ask: Callable[[Reading], Answer], deadline: Deadline) -> Answer:
        reader = self._free.get()
        try:
            if not deadline.begin(reader.connection):
                raise LimitExceeded("nobody waits for this search any more")
            with faults_of(self._path):
                return ask(reader)
        except sqlite3.OperationalError as error:
            if not (deadline.has_passed and primary_code(error) == sqlite3.SQLITE_INTERRUPT):
                raise
            raise too_long(self._seconds) from error
        finally:
            deadline.end()
            self._free.put(reader)

    def close(self) -> None:
        """Wait for questions under way, then close the connections. Blocks."""
        self._threads.shutdown()
        for each in self._readers:
            each.connection.close()
