"""A store in memory that does everything the plain way: what other stores are measured by, and good for trials."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cmp_to_key
from typing import TypeVar

from fhir_kernel.errors import VersionConflict
from fhir_kernel.store.base import Transaction
from fhir_kernel.store.contents import cut, digest_of
from fhir_kernel.store.criteria import Criterion, Found, Position, Query
from fhir_kernel.store.evaluate import SortValue, Values, compare_sorted, meets, sort_value
from fhir_kernel.store.questions import Question
from fhir_kernel.store.records import Change, Document, Key, Version
from fhir_kernel.store.values import TokenValue

Outcome = TypeVar("Outcome")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Current:
    """The current version of a resource with what it is found by."""

    version: Version
    values: Values
    since: datetime
    """When it was made: the first version, or the first after a deletion."""

    @property
    def key(self) -> Key:
        return self.version.key

    @property
    def updated(self) -> int:
        return (self.version.updated - _EPOCH) // timedelta(microseconds=1)


@dataclass(slots=True)
class _State:
    """Everything that is kept, deletions among the current versions too."""

    current: dict[Key, _Current] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    documents: dict[str, dict[str, Document]] = field(default_factory=dict)
    logs: dict[str, list[Document]] = field(default_factory=dict)

    def copy(self) -> _State:
        return _State(
            dict(self.current),
            list(self.versions),
            {name: dict(each) for name, each in self.documents.items()},
            {name: list(each) for name, each in self.logs.items()},
        )

    def get(self, key: Key) -> _Current | None:
        found = self.current.get(key)
        return found if found is not None and not found.version.is_deleted else None

    def of_type(self, resource_type: str) -> Iterable[_Current]:
        return (each for each in self.current.values() if each.key.type == resource_type and self.get(each.key))


class _MemoryReader:
    """Reads one state."""

    def __init__(self, state: _State) -> None:
        self._state = state

    async def read(self, key: Key) -> Version | None:
        found = self._state.current.get(key)
        return None if found is None else found.version

    async def read_many(self, keys: Sequence[Key], *, deleted: bool = False) -> Mapping[Key, Version]:
        find = self._state.current.get if deleted else self._state.get
        found = {key: find(key) for key in keys}
        return {key: each.version for key, each in found.items() if each is not None}

    async def search(self, query: Query) -> Found:
        return _search(self._state, query)

    async def load(self, collection: str, name: str) -> Document | None:
        return self._state.documents.get(collection, {}).get(name)

    async def loaded(self, collection: str, names: Iterable[str]) -> Mapping[str, Document]:
        found = self._state.documents.get(collection, {})
        return {name: found[name] for name in names if name in found}

    async def listed(
        self, collection: str, *, prefix: str = "", after: str = "", count: int | None = None
    ) -> Sequence[tuple[str, Document]]:
        found = self._state.documents.get(collection, {})
        return sorted((name, each) for name, each in found.items() if name.startswith(prefix) and name > after)[:count]


class _MemoryTransaction(_MemoryReader):
    """Writes to a state that nobody else sees."""

    async def write(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._write(change)

    def _write(self, change: Change) -> None:
        version, state = change.version, self._state
        before = state.current.get(version.key)
        expected = 1 if before is None else before.version.number + 1
        if version.number != expected:
            raise VersionConflict(f"{version.key}: version {version.number} was to be written, but {expected} is next")
        since = version.updated if before is None or before.version.is_deleted else before.since
        state.current[version.key] = _Current(version, {} if version.is_deleted else change.values, since)
        state.versions.append(version)

    async def save(self, collection: str, name: str, document: Document | None) -> None:
        kept = self._state.documents.setdefault(collection, {})
        if document is None:
            kept.pop(name, None)
        else:
            kept[name] = document

    async def append(self, log: str, documents: Sequence[Document]) -> None:
        self._state.logs.setdefault(log, []).extend(documents)


class MemoryStore(_MemoryReader):
    """Resources in memory; gone with the process. Implements fhir_kernel.store.base.Store."""

    def __init__(self) -> None:
        super().__init__(_State())
        self._writing = asyncio.Lock()
        self._contents: dict[str, bytes] = {}

    async def commit(self, work: Callable[[Transaction], Awaitable[Outcome]]) -> Outcome:
        """Run the work on a copy, which takes the place of what was kept once it is done."""
        async with self._writing:
            state = self._state.copy()
            outcome = await work(_MemoryTransaction(state))
            self._state = state
        return outcome

    async def version(self, key: Key, number: int) -> Version | None:
        """One version of a resource."""
        return next((each for each in self._state.versions if each.key == key and each.number == number), None)

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
        found = [
            (place, each)
            for place, each in enumerate(self._state.versions, start=1)
            if resource_type in (None, each.key.type)
            and resource_id in (None, each.key.id)
            and (since is None or each.updated >= since)
            and (until is None or each.updated <= until)
            and (before is None or place < before)
        ]
        return found[::-1][:count]

    async def tokens(self, resource_type: str, parameter: str) -> Sequence[TokenValue]:
        """The distinct systems and codes, in order."""
        pairs = {
            (value.system, value.code)
            for each in self._state.of_type(resource_type)
            for value in each.values.get(parameter, ())
            if isinstance(value, TokenValue) and value.code
        }
        return [TokenValue(system, code) for system, code in sorted(pairs)]

    async def count(self, resource_type: str, criterion: Criterion) -> int:
        """How many current resources meet the criterion."""
        return sum(meets(each, criterion, self._state) for each in self._state.of_type(resource_type))

    async def explain(self, query: Query) -> Sequence[Question]:
        """Nothing: every resource is looked at."""
        return ()

    async def keep(self, content: bytes) -> str:
        """Keep a content for good."""
        self._contents[digest := digest_of(content)] = content
        return digest

    async def kept(self, digest: str) -> bytes | None:
        """The content of this SHA-256."""
        return self._contents.get(digest)

    async def pieces(self, digest: str) -> AsyncIterator[bytes]:
        """The same piece by piece."""
        for piece in cut(self._contents.get(digest, b"")):
            yield bytes(piece)

    async def log(self, log: str, *, after: int = 0) -> AsyncIterator[tuple[int, Document]]:
        """The entries of a log, numbered from 1."""
        for number, document in enumerate(self._state.logs.get(log, [])[after:], start=after + 1):
            yield number, document

    async def last_number(self, log: str) -> int:
        """The number of the last entry of a log."""
        return len(self._state.logs.get(log, []))

    async def reindex(
        self, changes: Sequence[Change], besides: Callable[[Transaction], Awaitable[None]] | None = None
    ) -> None:
        """Replace the values of versions that are still current."""
        async with self._writing:
            state = self._state.copy()
            if besides is not None:
                await besides(_MemoryTransaction(state))
            for change in changes:
                found = state.current.get(change.version.key)
                if found is not None and found.version.number == change.version.number:
                    state.current[change.version.key] = replace(found, values=change.values)
            self._state = state

    async def close(self) -> None:
        """Nothing is to be done."""


def _search(state: _State, query: Query) -> Found:
    fitting = [
        (tuple(sort_value(each, key) for key in query.sort), each.key)
        for resource_type in dict.fromkeys(query.types)
        for each in state.of_type(resource_type)
        if (query.as_of is None or each.since <= query.as_of) and meets(each, query.criterion, state)
    ]

    def order(left: tuple[tuple[SortValue, ...], Key], right: tuple[tuple[SortValue, ...], Key]) -> int:
        return compare_sorted(left, right, query.sort)

    fitting.sort(key=cmp_to_key(order))
    start = (query.after.values, query.after.key) if query.after is not None else None
    following = [each for each in fitting if start is None or order(each, start) > 0]
    page = following[: query.count]
    more = page and len(following) > len(page)
    last = Position(*page[-1]) if more else None
    return Found([key for _, key in page], last, len(fitting) if query.total else None)
