"""A kit to import with, into a store in memory that outlives each import, and may fail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.base import Transaction
from fhir_kernel.store.memory import MemoryStore
from fhir_kernel.store.records import Key
from plumbline.importing.run import Import, Order, import_files
from plumbline.importing.sources import find_sources
from plumbline.wiring import build_import


class FailingStore(MemoryStore):
    """Fails once it has committed as often as it is told to."""

    commits_left: int = 1_000_000

    async def commit(self, work: Callable[[Transaction], Awaitable[Any]]) -> Any:
        if self.commits_left == 0:
            raise StoreUnavailable("the power went off")
        self.commits_left -= 1
        return await super().commit(work)


class World:
    """Imports files into one store."""

    def __init__(self) -> None:
        self.store = FailingStore()
        self.kit = replace(build_import("memory://"), open_store=self._open)

    async def _open(self) -> FailingStore:
        return self.store

    def imported(self, *paths: Path, jobs: int = 1, again: bool = False, refused: Path | None = None) -> Import:
        order = Order(tuple(find_sources([str(each) for each in paths])), jobs=jobs, again=again, refused_file=refused)
        return import_files(order, self.kit, lambda _size: None)

    def version(self, reference: str) -> int | None:
        found = asyncio.run(self.store.read(Key(*reference.split("/"))))
        return None if found is None else found.number

    def body(self, reference: str) -> bytes:
        found = asyncio.run(self.store.read(Key(*reference.split("/"))))
        assert found is not None
        assert found.body is not None
        return found.body

    def evidence(self) -> list[Any]:
        return self._log("evidence")

    def audit(self) -> list[Any]:
        return self._log("audit")

    def _log(self, name: str) -> list[Any]:
        async def read() -> list[Any]:
            return [document async for _, document in self.store.log(name)]

        return asyncio.run(read())
