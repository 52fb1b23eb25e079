"""Code systems by URL and version: listed in a loaded package, grammars, or names of which nothing is held."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from fhir_kernel.resource import Resource
from terminology.code_tables.table import canonical_of
from terminology.codesystems.absent import AbsentSystem
from terminology.codesystems.bcp47 import LANGUAGE_TAGS, language_tags
from terminology.codesystems.countries import ISO_3166, countries
from terminology.codesystems.currencies import ISO_4217, currencies
from terminology.codesystems.loinc import LOINC, loinc
from terminology.codesystems.mimetype import MEDIA_TYPES, media_types
from terminology.codesystems.snomed import SNOMED_CT, snomed_ct
from terminology.codesystems.system import CodeSystem
from terminology.codesystems.tabled import TableSystem
from terminology.codesystems.ucum import UCUM, units
from terminology.engine.content import supplemented
from terminology.engine.installed import NoTables, Tables
from terminology.engine.versions import latest
from terminology.limits import Limits
from terminology.tables.memory import MemoryTable

BUILT_IN: Mapping[str, Callable[[], CodeSystem]] = MappingProxyType(
    {
        UCUM: units,
        SNOMED_CT: snomed_ct,
        LOINC: loinc,
        LANGUAGE_TAGS: language_tags,
        MEDIA_TYPES: media_types,
        ISO_3166: lambda: TableSystem(MemoryTable.of(countries()), Limits()),
        ISO_4217: lambda: TableSystem(MemoryTable.of(currencies()), Limits()),
    }
)
"""Systems that need no package. A package that holds concepts of one of them is preferred."""


class Definitions(Protocol):
    """Where definitions come from; `fhir_kernel.definitions.catalog.Catalog` is one."""

    def find(self, canonical: str, resource_type: str | None = None) -> Resource | None: ...


class Systems:
    """The code systems of one set of definitions, each read when it is first asked for."""

    def __init__(self, definitions: Definitions, limits: Limits, tables: Tables | None = None) -> None:
        self._definitions, self._limits = definitions, limits
        self._tables = tables or NoTables()
        self._read: dict[tuple[str, str | None], CodeSystem] = {}

    def canonical(self, system: str) -> str:
        """The URL of a code system that goes by an OID too; `system` itself where none is known."""
        return canonical_of(system) or system

    def get(self, url: str, version: str | None = None) -> CodeSystem:
        """The code system `url` in `version` (any, where None); an `AbsentSystem` that says why where there is none."""
        key = (url, version)
        system = self._read.get(key)
        if system is None:
            system = self._read[key] = self._open(url, version)
        return system

    def _open(self, url: str, version: str | None) -> CodeSystem:
        installed = self._tables.versions(url)
        if version in installed or (version is None and installed):
            table = self._tables.open(url, version or latest(installed))
            if url not in BUILT_IN or table.header.get("content") == "complete":
                return TableSystem(table, self._limits)
        resource = find_code_system(self._definitions, url, version)
        if resource is not None and (base := supplemented(resource)) is not None:
            return AbsentSystem(url, version, "terminology.system-is-supplement", {"nearest": base})
        if resource is not None and resource.get("concept"):
            return TableSystem(MemoryTable.of(resource), self._limits)
        if url in BUILT_IN:
            return BUILT_IN[url]()
        return self._absent(url, version, resource, installed)

    def _absent(
        self, url: str, version: str | None, resource: Resource | None, installed: Sequence[str | None]
    ) -> AbsentSystem:
        """A name of which no codes are held, with the reason why."""
        other = find_code_system(self._definitions, url) if version and resource is None else None
        held = latest(installed) or (other.get("version", "one without version") if other is not None else None)
        if held is not None:
            params = {"version": version or "", "held": str(held)}
            return AbsentSystem(url, version, "terminology.unknown-version", params)
        is_empty = resource is not None and resource.get("content") != "not-present"
        return AbsentSystem(url, version, "terminology.empty-system" if is_empty else "terminology.unknown-system")


def find_code_system(definitions: Definitions, url: str, version: str | None = None) -> Resource | None:
    """The CodeSystem whose URL is exactly `url`: definitions would also answer to a canonical or a bare name."""
    found = definitions.find(f"{url}|{version}" if version else url, "CodeSystem")
    return found if found is not None and found.get("url") == url else None
