"""The protocol of stores. Everything that a store does passes one contract suite, whatever lies beneath.

A write is a piece of work that reads and writes through a Transaction: it sees what was committed before it and nothing
of other work under way; all of it is kept or none, and when `commit` returns it is durable.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from fhir_kernel.store.criteria import Criterion, Found, Query
from fhir_kernel.store.questions import Question
from fhir_kernel.store.records import Change, Document, Key, Version
from fhir_kernel.store.values import TokenValue

Outcome = TypeVar("Outcome")


class Reader(Protocol):
    """What can be asked, of the store as of a transaction."""

    async def read(self, key: Key) -> Version | None:
        """The current version, which may be a deletion; None where there never was one."""

    async def read_many(self, keys: Sequence[Key], *, deleted: bool = False) -> Mapping[Key, Version]:
        """The current versions of those that exist; `deleted`: of those that have been deleted too."""

    async def search(self, query: Query) -> Found:
        """A page of what meets the query."""

    async def load(self, collection: str, name: str) -> Document | None:
        """A document by its name."""

    async def loaded(self, collection: str, names: Iterable[str]) -> Mapping[str, Document]:
        """The documents of these names that there are, in no particular order."""

    async def listed(
        self, collection: str, *, prefix: str = "", after: str = "", count: int | None = None
    ) -> Sequence[tuple[str, Document]]:
        """Documents whose names begin with `prefix` and come after `after`, at most `count`, in the order of names.

        Names are in the order of their code points. A name may be a path, so that a prefix tells the parts of one
        thing; it is not empty, and a collection has no slash in its name.
        """


class Transaction(Reader, Protocol):
    """Work under way. Conditions that it checks by reading still hold when it is committed."""

    async def write(self, changes: Sequence[Change]) -> None:
        """New versions; the number of each must follow the current one. Raises VersionConflict."""

    async def save(self, collection: str, name: str, document: Document | None) -> None:
        """Put a document in the place of the one of this name; None removes it."""

    async def append(self, log: str, documents: Sequence[Document]) -> None:
        """Add to a log, which is never changed."""


class Store(Reader, Protocol):
    """Where resources are kept. Opened once for a process; safe to use from many tasks of one event loop."""

    async def commit(self, work: Callable[[Transaction], Awaitable[Outcome]]) -> Outcome:
        """Run the work and make what it wrote durable; what it raises undoes it. It may be run again after a conflict.

        The work must await nothing but the transaction. Raises StoreFull, StoreUnavailable.
        """

    async def version(self, key: Key, number: int) -> Version | None:
        """One version of a resource."""

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
        """Versions, the newest first, each with its place in the order of commits; `before` it continues a page."""

    async def tokens(self, resource_type: str, parameter: str) -> Sequence[TokenValue]:
        """The distinct codes of a token parameter, with their systems, in current resources."""

    async def count(self, resource_type: str, criterion: Criterion) -> int:
        """How many current resources meet the criterion."""

    async def explain(self, query: Query) -> Sequence[Question]:
        """What is asked of the database for a page, and by which plans; nothing where there is no database."""

    async def keep(self, content: bytes) -> str:
        """Keep a content for good and give its SHA-256 in hexadecimal digits; it is durable when this returns.

        It is no part of a transaction: keep it before the documents that name it. Whoever is interrupted leaves nothing
        that can be read; the same content again is no second one. Raises StoreFull, StoreUnavailable.
        """

    async def kept(self, digest: str) -> bytes | None:
        """The content of this SHA-256. Raises StoreUnavailable where it is damaged."""

    def pieces(self, digest: str) -> AsyncIterator[bytes]:
        """The same piece by piece, for what is large; nothing where there is none.

        The last piece comes once all were found to be what was kept. Raises StoreUnavailable where it is damaged.
        """

    def log(self, log: str, *, after: int = 0) -> AsyncIterator[tuple[int, Document]]:
        """The entries of a log in order, each with its number, after the one of a number."""

    async def last_number(self, log: str) -> int:
        """The number of the last entry of a log, from where on it is followed; 0 where it has none."""

    async def reindex(
        self, changes: Sequence[Change], besides: Callable[[Transaction], Awaitable[None]] | None = None
    ) -> None:
        """Replace the values by which versions are found; a version that is no longer current is passed over.

        `besides` is work of the same transaction; what it raises undoes everything.
        """

    async def close(self) -> None:
        """Finish what is under way and let go of everything."""
