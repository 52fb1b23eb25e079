"""One package's definitions, found by canonical URL and parsed only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

import orjson

from fhir_kernel.definitions.index_format import DamagedIndex, IndexFile
from fhir_kernel.definitions.index_model import decode_model
from fhir_kernel.definitions.model import Model
from fhir_kernel.packages.documents import parse_exact
from fhir_kernel.resource import Resource

TYPES = "http://hl7.org/fhir/StructureDefinition/"


class Entry(NamedTuple):
    """What is known of a definition without parsing it; empty where the definition does not say."""

    resource_type: str
    url: str
    version: str | None
    name: str
    kind: str
    """StructureDefinition.kind."""
    type: str
    """StructureDefinition.type."""
    derivation: str
    """StructureDefinition.derivation."""
    content: str
    """CodeSystem.content."""
    source: str
    """The package or file it came from."""

    @property
    def canonical(self) -> str:
        """`url|version`, or the URL alone where there is no version."""
        return f"{self.url}|{self.version}" if self.version else self.url

    @property
    def defines_type(self) -> bool:
        """Whether it is FHIR's StructureDefinition of a type; profiles often leave their derivation out."""
        is_official = self.resource_type == "StructureDefinition" and self.url == TYPES + self.type
        return is_official and self.derivation != "constraint" and self.kind != "logical"


class Layer(Protocol):
    """Definitions numbered from 0. A layer never changes."""

    def positions(self, url: str) -> Sequence[int]:
        """Where the definitions of this URL are."""

    def entries(self) -> Sequence[Entry]:
        """All, by position."""

    def entry(self, position: int) -> Entry:
        """The entry at a position."""

    def load(self, position: int) -> Resource:
        """The definition at a position."""

    def model(self) -> Model | None:
        """The types that this layer defines, if it was compiled with them."""


def entry_of(resource: Resource, source: str) -> Entry | None:
    """The entry of a definition; None for a resource without a URL."""
    resource_type, url = _text(resource, "resourceType"), _text(resource, "url")
    if not resource_type or not url:
        return None
    texts = (_text(resource, name) for name in ("name", "kind", "type", "derivation", "content"))
    return Entry._make((resource_type, url, _text(resource, "version") or None, *texts, source))


def has_snapshot(structure: Resource) -> bool:
    """Whether a StructureDefinition comes with its snapshot."""
    snapshot = structure.get("snapshot")
    return isinstance(snapshot, dict) and bool(snapshot.get("element"))


class MemoryLayer:
    """Definitions that are in memory already."""

    __slots__ = ("_by_url", "_entries", "_resources")

    def __init__(self, resources: Iterable[Resource], source: str = "") -> None:
        known = [(entry, each) for each in resources if (entry := entry_of(each, source)) is not None]
        self._entries = tuple(entry for entry, _ in known)
        self._resources = tuple(each for _, each in known)
        self._by_url = _positions([entry.url for entry in self._entries])

    def positions(self, url: str) -> Sequence[int]:
        return self._by_url.get(url, ())

    def entries(self) -> Sequence[Entry]:
        return self._entries

    def entry(self, position: int) -> Entry:
        return self._entries[position]

    def load(self, position: int) -> Resource:
        return self._resources[position]

    def model(self) -> Model | None:
        return None


class FileLayer:
    """Definitions of a compiled index. `reopen` gives a fresh index if this one turns out to be damaged."""

    __slots__ = ("_by_url", "_cache", "_columns", "_entries", "_file", "_model", "_reopen", "_source")

    def __init__(
        self, file: IndexFile, source: str, *, reopen: Callable[[], IndexFile], memory: int = 16_000_000
    ) -> None:
        """`memory` is how many bytes of JSON may stay parsed; Python needs about ten times that for the objects."""
        self._file, self._source, self._reopen = file, source, reopen
        self._columns = file.table["columns"]
        self._by_url = _positions(self._columns["url"])
        self._entries: tuple[Entry, ...] | None = None
        self._model: Model | None = None
        self._cache = RecentlyParsed(memory)

    def positions(self, url: str) -> Sequence[int]:
        return self._by_url.get(url, ())

    def entries(self) -> Sequence[Entry]:
        if self._entries is None:
            named = [self._columns[name] for name in Entry._fields[:-1]]
            self._entries = tuple(Entry._make((*row, self._source)) for row in zip(*named, strict=True))
        return self._entries

    def entry(self, position: int) -> Entry:
        if self._entries is not None:
            return self._entries[position]
        return Entry._make((*(self._columns[name][position] for name in Entry._fields[:-1]), self._source))

    def load(self, position: int) -> Resource:
        found = self._cache.get(position)
        if found is None:
            data = self._data(position)
            exact = self._columns["exact"][position]
            found = parse_exact(data) if exact else orjson.loads(data)
            self._cache.put(position, found, len(data))
        return found

    def model(self) -> Model | None:
        if self._model is None:
            self._model = decode_model(self._model_data())
        return self._model if self._model.types else None

    def _model_data(self) -> bytes:
        try:
            return self._file.model()
        except DamagedIndex:
            self._renew()
            return self._file.model()

    def _data(self, position: int) -> bytes:
        try:
            return self._file.definition(*self._place(position))
        except DamagedIndex:
            self._renew()
            return self._file.definition(*self._place(position))

    def _place(self, position: int) -> tuple[int, int, int]:
        columns = self._columns
        return columns["offset"][position], columns["length"][position], columns["checksum"][position]

    def _renew(self) -> None:
        """The package is the same, so the positions are; only the bytes under them were wrong."""
        self._file = self._reopen()
        self._columns = self._file.table["columns"]


class RecentlyParsed:
    """Parsed definitions, the least recently used ones dropped; two generations, so no lock is needed."""

    __slots__ = ("_limit", "_old", "_size", "_young")

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit // 2, 0
        self._young: dict[int, tuple[Resource, int]] = {}
        self._old: dict[int, tuple[Resource, int]] = {}

    def get(self, position: int) -> Resource | None:
        found = self._young.get(position)
        if found is None:
            found = self._old.get(position)
            if found is None:
                return None
            self.put(position, *found)
        return found[0]

    def put(self, position: int, resource: Resource, size: int) -> None:
        if self._size + size > self._limit:
            self._old, self._young, self._size = self._young, {}, 0
        self._young[position] = (resource, size)
        self._size += size


def _positions(urls: Sequence[str]) -> dict[str, tuple[int, ...]]:
    positions: dict[str, tuple[int, ...]] = {url: (position,) for position, url in enumerate(urls)}
    if len(positions) == len(urls):
        return positions
    several: dict[str, tuple[int, ...]] = {}
    for position, url in enumerate(urls):
        several[url] = (*several.get(url, ()), position)
    return several


def _text(resource: Resource, name: str) -> str:
    value = resource.get(name)
    return value if isinstance(value, str) else ""
