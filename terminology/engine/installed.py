"""What is installed: the definitions of loaded packages, tables of large code systems, and systems that are grammars.

A snapshot: it does not change. What is opened once stays open, up to a limit, and is shared by all operations.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from fhir_kernel.definitions.index import Entry
from fhir_kernel.resource import Resource
from terminology.engine.builtin import BUILT_IN
from terminology.engine.content import newest, supplemented
from terminology.engine.definition import Definition
from terminology.engine.edition import Edition, GrammarEdition, TableEdition, canonical_of
from terminology.engine.implicit import implicit_value_set
from terminology.engine.shape import check_resource
from terminology.engine.versions import latest, version_matches
from terminology.tables.memory import MemoryTable
from terminology.tables.table import Table

_COMPLETE = "complete"
_EMPTY = frozenset({"not-present", "supplement"})


class Definitions(Protocol):
    """Loaded definitions; `fhir_kernel.definitions.catalog.Catalog` is one."""

    def find(self, canonical: str, resource_type: str | None = None) -> Resource | None: ...
    def versions(self, url: str, resource_type: str) -> Sequence[Entry]: ...
    def entries(self, resource_type: str | None = None) -> Iterable[Entry]: ...
    def all(self, resource_type: str) -> Iterator[Resource]: ...


class Tables(Protocol):
    """Installed tables; `terminology.tables.installed.InstalledTables` is one."""

    def versions(self, url: str) -> Sequence[str | None]:
        """The versions that are installed of a code system."""

    def open(self, url: str, version: str | None) -> Table:
        """One of them."""

    def headers(self) -> Iterable[Resource]:
        """The CodeSystem of each table, without concepts."""

    def refresh(self) -> Tables:
        """The tables as they are now; the same object where nothing changed."""


class NoTables:
    """Where no table is installed."""

    def versions(self, _url: str) -> Sequence[str | None]:
        return ()

    def open(self, url: str, version: str | None) -> Table:
        raise KeyError((url, version))

    def headers(self) -> Iterable[Resource]:
        return ()

    def refresh(self) -> Tables:
        return self


class Installed:
    """A `terminology.engine.content.Content` of what the server holds. Threads may share it."""

    def __init__(
        self,
        definitions: Definitions,
        tables: Tables | None = None,
        *,
        alias: Callable[[str], str | None] = lambda _url: None,
        remembered: int = 4_000,
    ) -> None:
        """`alias` tells the URL of a code system that is asked for by another name, such as `urn:oid:…`."""
        self.definitions, self.tables, self._alias = definitions, tables or NoTables(), alias
        self._remembered = remembered
        self._editions: Remembered[tuple[str, str | None], Edition | None] = Remembered(remembered)
        self._tables: Remembered[str, Table] = Remembered(remembered)
        """By canonical, those of definitions: however a version is asked for, it is one table."""
        self._value_sets: Remembered[tuple[str, str | None], Definition | None] = Remembered(remembered)

    def refreshed(self) -> Installed:
        """The content with the tables that are installed now; itself where they are the same."""
        tables = self.tables.refresh()
        if tables is self.tables:
            return self
        return Installed(self.definitions, tables, alias=self._alias, remembered=self._remembered)

    def over(self, definitions: Definitions) -> Installed:
        """The same tables with other definitions."""
        return Installed(definitions, self.tables, alias=self._alias, remembered=self._remembered)

    def canonical(self, system: str) -> str:
        return self._alias(system) or system

    def edition(self, url: str, version: str | None) -> Edition | None:
        return self._editions.get((url, version), lambda: self._open(self.canonical(url), version))

    def versions(self, url: str) -> Sequence[str]:
        url = self.canonical(url)
        held = {each.version for each in self._code_systems(url)} | set(self.tables.versions(url))
        return sorted(each for each in held if each)

    def value_set(self, url: str, version: str | None) -> Definition | None:
        return self._value_sets.get((url, version), lambda: self._find_value_set(url, version))

    def supplements(self, url: str) -> Sequence[Table]:
        return [self._table(each) for each in self._supplements.get(url, ())]

    def supplement(self, url: str, version: str | None) -> Resource | None:
        entries = [each for each in self.definitions.versions(url, "CodeSystem") if each.content == "supplement"]
        chosen = _chosen((each.version for each in entries), version)
        found = next((each for each in entries if each.version == chosen), None)
        return self.definitions.find(found.canonical, "CodeSystem") if found is not None else None

    def concept_maps(self) -> Iterable[Resource]:
        return self.definitions.all("ConceptMap")

    @cached_property
    def _supplements(self) -> Mapping[str, Sequence[Resource]]:
        found: dict[str, list[Resource]] = {}
        for each in self.definitions.entries("CodeSystem"):
            if each.content == "supplement":
                resource = self.definitions.find(each.canonical, "CodeSystem")
                if resource is not None and (base := supplemented(resource)) is not None:
                    found.setdefault(base, []).append(resource)
        return found

    def _table(self, resource: Resource) -> Table:
        """Raises OperationFailed where the resource is not built as it should be."""

        def make() -> Table:
            check_resource(resource)
            return MemoryTable.of(resource)

        return self._tables.get(canonical_of(resource), make)

    def _code_systems(self, url: str) -> list[Entry]:
        return [each for each in self.definitions.versions(url, "CodeSystem") if each.content not in _EMPTY]

    def _open(self, url: str, version: str | None) -> Edition | None:
        """Complete before partial, the newest first, an installed table before a definition of the same version."""
        entries = self._code_systems(url)
        tables = {each: self.tables.open(url, each) for each in self.tables.versions(url)}
        complete = {each.version for each in entries if each.content == _COMPLETE}
        complete |= {each for each, table in tables.items() if table.header.get("content") == _COMPLETE}
        if any(not version or version_matches(version, each) for each in complete):
            return self._edition(url, _chosen(complete, version), entries)
        if url in BUILT_IN and not version:
            return _named(BUILT_IN[url](), tables.get(latest(tables)))
        partial = {each.version for each in entries} | set(tables)
        if any(not version or version_matches(version, each) for each in partial):
            return self._edition(url, _chosen(partial, version), entries)
        return None

    def _edition(self, url: str, version: str | None, entries: list[Entry]) -> Edition | None:
        if version in self.tables.versions(url):
            return TableEdition(self.tables.open(url, version))
        entry = next(each for each in entries if each.version == version)
        resource = self.definitions.find(entry.canonical, "CodeSystem")
        return TableEdition(self._table(resource)) if resource is not None else None

    def _find_value_set(self, url: str, version: str | None) -> Definition | None:
        entries = self.definitions.versions(url, "ValueSet")
        resources = (self.definitions.find(each.canonical, "ValueSet") for each in entries)
        found = newest([each for each in resources if each is not None], version)
        if found is None:
            return _implicit(url, self)
        check_resource(found)
        return Definition(found)


def _named(edition: Edition, names: Table | None) -> Edition:
    """A grammar with the names that a list of some of its codes gives them."""
    if names is None or not isinstance(edition, GrammarEdition):
        return edition

    def display(code: str) -> str | None:
        position = names.position(code)
        return names.display(position) if position is not None else None

    return edition.named(display)


def _implicit(url: str, content: Installed) -> Definition | None:
    """The value set that the URL of a held code system implies."""
    value_set = implicit_value_set(url)
    if value_set is None:
        return None
    include = value_set["compose"]["include"][0]
    if content.edition(include["system"], include.get("version")) is None:
        return None
    return Definition(value_set)


def _chosen(held: Iterable[str | None], version: str | None) -> str | None:
    return latest(each for each in held if not version or version_matches(version, each))


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """Values by key, made when they are first asked for; the oldest are forgotten beyond a limit, None at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[Key, Value] = {}
        self._lock = threading.Lock()

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        try:
            return self._held[key]
        except KeyError:
            made = make()
        if made is None:  # what is asked for in vain must not drive out what is of use
            return made
        with self._lock:
            while len(self._held) >= self._most:
                del self._held[next(iter(self._held))]
            return self._held.setdefault(key, made)
