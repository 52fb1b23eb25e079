"""The store in one SQLite file: a thread that writes, a few that search, and the event loop, which reads by key itself.

A read by key takes some ten microseconds, much less than it costs to hand it to a thread and to be handed the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from fhir_kernel.store.base import Transaction
from fhir_kernel.store.contents import Content, checked, digest_of, whole
from fhir_kernel.store.criteria import Criterion, Found, Query
from fhir_kernel.store.questions import Question
from fhir_kernel.store.records import Change, Document, Key, Version
from fhir_kernel.store.sqlite.checkpoints import Checkpoints
from fhir_kernel.store.sqlite.faults import faults_of
from fhir_kernel.store.sqlite.keeping import keep
from fhir_kernel.store.sqlite.names import Names
from fhir_kernel.store.sqlite.opening import connect, prepare
from fhir_kernel.store.sqlite.pool import ReaderPool
from fhir_kernel.store.sqlite.reading import Reading
from fhir_kernel.store.sqlite.transaction import SqliteTransaction
from fhir_kernel.store.sqlite.writer import Writer
from fhir_kernel.store.values import TokenValue

Outcome = TypeVar("Outcome")

_PAGE = 500
"""How many entries of a log are read at once."""


class SqliteStore:
    """Resources in a file, shared safely with other processes. Implements fhir_kernel.store.base.Store."""

    def __init__(
        self,
        path: Path,
        *,
        readers: int = 2,
        busy: float = 30,
        most_bytes: int | None = None,
        many: int | None = None,
        query_seconds: float = 30,
    ) -> None:
        """Open the file, or make it. `busy`: seconds to wait for other processes; `most_bytes`: how large it may grow.

        `many`: if an index finds so many rows, a search may rather go through resources in order; by default the
        number that costs least. `query_seconds`: what one search may take.
        Raises StoreUnavailable where it is no such file, is damaged, or was written by a newer release.
        """
        self._path = path
        writing = connect(path, busy=busy, most_bytes=most_bytes)
        try:
            prepare(writing, path)
        except BaseException:
            writing.close()
            raise
        self._reader, *others = (self._open_reader(busy, many) for _ in range(readers + 1))
        self._pool = ReaderPool(path, others, query_seconds)
        self._writer = Writer(path, writing, Checkpoints(connect(path, busy=busy)), many, query_seconds)

    def _open_reader(self, busy: float, many: int | None) -> Reading:
        connection = connect(self._path, busy=busy, read_only=True)
        return Reading(connection, Names(connection), many)

    async def read(self, key: Key) -> Version | None:
        """The current version, which may be a deletion."""
        with faults_of(self._path):
            return self._reader.current(key)

    async def read_many(self, keys: Sequence[Key], *, deleted: bool = False) -> Mapping[Key, Version]:
        """The current versions of those that exist; `deleted`: of those that have been deleted too."""
        with faults_of(self._path):
            return self._reader.current_many(keys, deleted=deleted)

    async def version(self, key: Key, number: int) -> Version | None:
        """One version of a resource."""
        with faults_of(self._path):
            return self._reader.version(key, number)

    async def load(self, collection: str, name: str) -> Document | None:
        """A document by its name."""
        with faults_of(self._path):
            return self._reader.load(collection, name)

    async def loaded(self, collection: str, names: Iterable[str]) -> Mapping[str, Document]:
        """The documents of these names that there are."""
        return await self._pool.run(lambda reader: reader.loaded(collection, names))

    async def search(self, query: Query) -> Found:
        """A page of what meets the query."""
        return await self._pool.run(lambda reader: reader.search(query))

    async def commit(self, work: Callable[[Transaction], Awaitable[Outcome]]) -> Outcome:
        """Run the work on the thread that writes, and wait until it is durable. Raises StoreFull, StoreUnavailable."""
        outcome: Outcome = await self._writer.commit(work)
        return outcome

    async def history(
        self,
        resource_type: str | None,
        resource_id: str | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        before: int | None = None,
        count: int = 50,
    ) -> Sequence[tuple[int, Version]]:
        """Versions from `since` until `until`, both inclusive, the newest first, each with its place."""
        return await self._pool.run(
            lambda reader: reader.history(resource_type, resource_id, since, until, before, count)
        )

    async def tokens(self, resource_type: str, parameter: str) -> Sequence[TokenValue]:
        """The distinct systems and codes, in order."""
        return await self._pool.run(lambda reader: reader.tokens(resource_type, parameter))

    async def count(self, resource_type: str, criterion: Criterion) -> int:
        """How many current resources meet the criterion."""
        return await self._pool.run(lambda reader: reader.count(resource_type, criterion))

    async def explain(self, query: Query) -> Sequence[Question]:
        """The statements of a search with their plans."""
        return await self._pool.run(lambda reader: reader.explain(query))

    async def listed(
        self, collection: str, *, prefix: str = "", after: str = "", count: int | None = None
    ) -> Sequence[tuple[str, Document]]:
        """Documents in the order of their names."""
        return await self._pool.run(lambda reader: reader.listed(collection, prefix, after, count))

    async def keep(self, content: bytes) -> str:
        """Keep a content for good. Raises StoreFull, StoreUnavailable."""
        digest = await asyncio.to_thread(digest_of, content)
        if await self._content(digest) is None:
            await keep(self._writer, digest, content)
        return digest

    async def kept(self, digest: str) -> bytes | None:
        """The content of this SHA-256. Raises StoreUnavailable where it is damaged."""
        return None if await self._content(digest) is None else await whole(self.pieces(digest))

    async def pieces(self, digest: str) -> AsyncIterator[bytes]:
        """The same piece by piece."""
        if (found := await self._content(digest)) is not None:
            async for piece in checked(self._pieces(digest, found.pieces), digest):
                yield piece

    async def _pieces(self, digest: str, many: int) -> AsyncIterator[bytes]:
        for number in range(many):
            yield await self._piece(digest, number)

    async def _piece(self, digest: str, number: int) -> bytes:
        return await self._pool.run(lambda reader: reader.piece(digest, number))

    async def _content(self, digest: str) -> Content | None:
        return await self._pool.run(lambda reader: reader.content(digest))

    async def log(self, log: str, *, after: int = 0) -> AsyncIterator[tuple[int, Document]]:
        """The entries of a log, numbered from 1."""
        while page := await self._log(log, after):
            for each in page:
                yield each
            after = page[-1][0]

    async def last_number(self, log: str) -> int:
        """The number of the last entry of a log."""
        return await self._pool.run(lambda reader: reader.last_number(log))

    async def _log(self, log: str, after: int) -> Sequence[tuple[int, Document]]:
        return await self._pool.run(lambda reader: reader.log(log, after, _PAGE))

    async def reindex(
        self, changes: Sequence[Change], besides: Callable[[Transaction], Awaitable[None]] | None = None
    ) -> None:
        """Replace the values of versions that are still current; `besides` is work of the same transaction."""

        async def work(transaction: SqliteTransaction) -> None:
            if besides is not None:
                await besides(transaction)
            transaction.reindex(changes)

        await self._writer.commit(work)

    async def close(self) -> None:
        """Finish the work that waits and close the file."""
        await asyncio.to_thread(self._writer.close)
        await asyncio.to_thread(self._pool.close)
        self._reader.connection.close()
