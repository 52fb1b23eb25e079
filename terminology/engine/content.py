"""Where operations find code systems, value sets and concept maps: what is installed, and what a request brings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from fhir_kernel.resource import Resource, split_canonical
from terminology.engine.definition import Definition
from terminology.engine.edition import Edition, TableEdition, canonical_of
from terminology.engine.versions import algorithm_of, version_key, version_matches
from terminology.tables.memory import MemoryTable
from terminology.tables.table import Table


class Content(Protocol):
    """A snapshot that does not change while an operation runs."""

    def canonical(self, system: str) -> str:
        """The URL of a code system that goes by `system` too, such as an OID; `system` itself where none is known."""

    def edition(self, url: str, version: str | None) -> Edition | None:
        """The code system in the version that is asked for, or the newest; a complete one before a part of it."""

    def versions(self, url: str) -> Sequence[str]:
        """The versions of a code system that are held."""

    def value_set(self, url: str, version: str | None) -> Definition | None:
        """The value set in the version that is asked for, or the newest."""

    def supplements(self, url: str) -> Sequence[Table]:
        """Every supplement to a code system."""

    def supplement(self, url: str, version: str | None) -> Resource | None:
        """The supplement that goes by this URL itself."""

    def concept_maps(self) -> Iterable[Resource]: ...


class Overlay:
    """Resources that came with a request, above the installed ones."""

    def __init__(self, resources: Iterable[Resource], below: Content) -> None:
        self._below = below
        self._resources: dict[tuple[str, str], list[Resource]] = {}
        for each in resources:
            key = (str(each.get("resourceType")), str(each.get("url", "")))
            self._resources.setdefault(key, []).append(each)
        # by the identity of resources that are held above, so that it is not given to others
        self._definitions: dict[int, Definition] = {}
        self._tables: dict[int, MemoryTable] = {}

    def canonical(self, system: str) -> str:
        return self._below.canonical(system)

    def edition(self, url: str, version: str | None) -> Edition | None:
        own = self._code_systems(url)
        complete = newest((each for each in own if each.get("content") == "complete"), version)
        if complete is not None:
            return TableEdition(self._table(complete))
        below = self._below.edition(url, version)
        partial = newest(own, version) if below is None else None
        return TableEdition(self._table(partial)) if partial is not None else below

    def versions(self, url: str) -> Sequence[str]:
        own = (each.get("version") for each in self._code_systems(url))
        return sorted({str(each) for each in own if each} | set(self._below.versions(url)))

    def value_set(self, url: str, version: str | None) -> Definition | None:
        held = newest(self._resources.get(("ValueSet", url), ()), version)
        if held is None:
            return self._below.value_set(url, version)
        if id(held) not in self._definitions:
            self._definitions[id(held)] = Definition(held)
        return self._definitions[id(held)]

    def supplements(self, url: str) -> Sequence[Table]:
        own = [
            self._table(each)
            for (resource_type, _), resources in self._resources.items()
            if resource_type == "CodeSystem"
            for each in resources
            if supplemented(each) == url
        ]
        named = {canonical_of(each.header) for each in own}
        return [*own, *(each for each in self._below.supplements(url) if canonical_of(each.header) not in named)]

    def supplement(self, url: str, version: str | None) -> Resource | None:
        own = (each for each in self._resources.get(("CodeSystem", url), ()) if supplemented(each) is not None)
        return newest(own, version) or self._below.supplement(url, version)

    def concept_maps(self) -> Iterable[Resource]:
        for (resource_type, _), resources in self._resources.items():
            if resource_type == "ConceptMap":
                yield from resources
        yield from self._below.concept_maps()

    def _code_systems(self, url: str) -> list[Resource]:
        """Those with codes of their own."""
        own = self._resources.get(("CodeSystem", url), ())
        return [each for each in own if each.get("content") != "not-present" and supplemented(each) is None]

    def _table(self, resource: Resource) -> MemoryTable:
        key = id(resource)
        if key not in self._tables:
            self._tables[key] = MemoryTable.of(resource)
        return self._tables[key]


def newest(resources: Iterable[Resource], version: str | None) -> Resource | None:
    """The newest of the resources whose version is what is asked for; any, where nothing is."""
    fitting = [
        each for each in resources if not version or version_matches(version, each.get("version"), algorithm_of(each))
    ]
    return max(fitting, key=lambda each: version_key(each.get("version")), default=None)


def supplemented(resource: Resource) -> str | None:
    """The URL of the code system that a CodeSystem supplements; None where it is one in its own right."""
    if resource.get("content") != "supplement" and "supplements" not in resource:
        return None
    return split_canonical(str(resource.get("supplements", "")))[0]
