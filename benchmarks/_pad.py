"""A registry's documents before they are in a store: the domain's own functions write here, and a file takes all of it.

A line of the file is `["d", collection, name, document]` or `["l", log, entry]`, as JSON.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import orjson

from fhir_kernel.store.base import Store, Transaction

Outcome = TypeVar("Outcome")
Document = Mapping[str, Any]

_LINES = 10_000
"""How many lines go into one commit."""


class Pad:
    """Stands in for a store while a registry is made: it holds the documents of one standard and what all share."""

    def __init__(self, shared: Mapping[str, Mapping[str, Document]] | None = None) -> None:
        self.documents: dict[str, dict[str, Document]] = {}
        self._names: dict[str, list[str]] = {}
        self._entries: list[tuple[str, Document]] = []
        self._shared = shared or {}

    async def load(self, collection: str, name: str) -> Document | None:
        """A document by its name."""
        own = self.documents.get(collection, {}).get(name)
        return own if own is not None else self._shared.get(collection, {}).get(name)

    async def listed(
        self, collection: str, *, prefix: str = "", after: str = "", count: int | None = None
    ) -> Sequence[tuple[str, Document]]:
        """Documents in the order of their names; of what all share, none."""
        names = self._names.get(collection, [])
        start = bisect_right(names, after) if after >= prefix else bisect_left(names, prefix)
        own = self.documents.get(collection, {})
        found: list[tuple[str, Document]] = []
        for name in islice(names, start, None):
            if not name.startswith(prefix) or len(found) == count:
                break
            found.append((name, own[name]))
        return found

    async def save(self, collection: str, name: str, document: Document | None) -> None:
        """Put a document in the place of the one of this name."""
        assert document is not None  # a made-up registry takes nothing away
        own = self.documents.setdefault(collection, {})
        if name not in own:
            insort(self._names.setdefault(collection, []), name)
        own[name] = document

    async def append(self, log: str, documents: Sequence[Document]) -> None:
        """Add to a log."""
        self._entries.extend((log, each) for each in documents)

    async def commit(self, work: Callable[[Any], Awaitable[Outcome]]) -> Outcome:
        """Do the work at once."""
        return await work(self)

    def write(self, file: BinaryIO) -> None:
        """Everything, as lines."""
        for collection, own in self.documents.items():
            file.writelines(_line("d", collection, name, document) for name, document in own.items())
        file.writelines(_line("l", log, entry) for log, entry in self._entries)


async def load_into(store: Store, path: Path) -> None:
    """Keep what a file tells, in large commits."""
    with path.open("rb") as file:
        while lines := list(islice(file, _LINES)):
            await store.commit(_writing(lines))


def _writing(lines: Sequence[bytes]) -> Callable[[Transaction], Awaitable[None]]:
    async def work(transaction: Transaction) -> None:
        for kind, *told in map(orjson.loads, lines):
            if kind == "d":
                await transaction.save(*told)
        for log, entries in _by_log(lines).items():
            await transaction.append(log, entries)

    return work


def _by_log(lines: Sequence[bytes]) -> Mapping[str, Sequence[Document]]:
    logs: dict[str, list[Document]] = {}
    for log, entry in _entries(lines):
        logs.setdefault(log, []).append(entry)
    return logs


def _entries(lines: Sequence[bytes]) -> Iterator[tuple[str, Document]]:
    for line in lines:
        if line.startswith(b'["l"'):
            _, log, entry = orjson.loads(line)
            yield log, entry


def _line(*told: object) -> bytes:
    return orjson.dumps(told) + b"\n"
