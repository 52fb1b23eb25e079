"""Connections that only read, each used by one thread at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from fhir_kernel.store.sqlite.faults import faults_of
from fhir_kernel.store.sqlite.reading import Reading

Answer = TypeVar("Answer")


class ReaderPool:
    """Runs questions on threads, so that the event loop does not wait for them."""

    def __init__(self, path: Path, readers: list[Reading]) -> None:
        self._path, self._readers = path, readers
        self._free: SimpleQueue[Reading] = SimpleQueue()
        for each in readers:
            self._free.put(each)
        self._threads = ThreadPoolExecutor(len(readers), "sqlite-reader")

    async def run(self, ask: Callable[[Reading], Answer]) -> Answer:
        """What `ask` returns. Raises StoreUnavailable."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, ask)

    def _ask(self, ask: Callable[[Reading], Answer]) -> Answer:
        reader = self._free.get()
        try:
            with faults_of(self._path):
                return ask(reader)
        finally:
            self._free.put(reader)

    def close(self) -> None:
        """Wait for questions under way, then close the connections. Blocks."""
        self._threads.shutdown()
        for each in self._readers:
            each.connection.close()
