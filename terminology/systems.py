"""Code systems by URL and version: listed in a loaded package, grammars, or names of which nothing is held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from fhir_kernel.resource import Resource
from terminology.codesystems.absent import AbsentSystem
from terminology.codesystems.bcp47 import LANGUAGE_TAGS, language_tags
from terminology.codesystems.countries import ISO_3166, countries
from terminology.codesystems.currencies import ISO_4217, currencies
from terminology.codesystems.from_resource import read_code_system
from terminology.codesystems.loinc import LOINC, loinc
from terminology.codesystems.mimetype import MEDIA_TYPES, media_types
from terminology.codesystems.snomed import SNOMED_CT, snomed_ct
from terminology.codesystems.system import CodeSystem
from terminology.codesystems.ucum import UCUM, units

BUILT_IN: Mapping[str, Callable[[], CodeSystem]] = MappingProxyType(
    {
        UCUM: units,
        SNOMED_CT: snomed_ct,
        LOINC: loinc,
        LANGUAGE_TAGS: language_tags,
        MEDIA_TYPES: media_types,
        ISO_3166: countries,
        ISO_4217: currencies,
    }
)
"""Systems that need no package. A package that holds concepts of one of them is preferred."""


class Definitions(Protocol):
    """Where definitions come from; `fhir_kernel.definitions.catalog.Catalog` is one."""

    def find(self, canonical: str, resource_type: str | None = None) -> Resource | None: ...


class Systems:
    """The code systems of one set of definitions, each read when it is first asked for."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._read: dict[tuple[str, str | None], CodeSystem] = {}

    def get(self, url: str, version: str | None = None) -> CodeSystem:
        """The code system `url` in `version` (any, where None); an `AbsentSystem` that says why where there is none."""
        key = (url, version)
        system = self._read.get(key)
        if system is None:
            system = self._read[key] = self._open(url, version)
        return system

    def _open(self, url: str, version: str | None) -> CodeSystem:
        resource = find_code_system(self._definitions, url, version)
        if resource is not None and (base := supplemented_by(resource)) is not None:
            return AbsentSystem(url, version, "terminology.system-is-supplement", {"nearest": base})
        held = read_code_system(resource) if resource is not None else None
        if held is not None and not isinstance(held, AbsentSystem):
            return held
        if url in BUILT_IN:
            return BUILT_IN[url]()
        other = find_code_system(self._definitions, url) if version and held is None else None
        if other is not None:
            params = {"version": version or "", "held": str(other.get("version", "one without version"))}
            return AbsentSystem(url, version, "terminology.unknown-version", params)
        return held or AbsentSystem(url, version)


def find_code_system(definitions: Definitions, url: str, version: str | None = None) -> Resource | None:
    """The CodeSystem whose URL is exactly `url`: definitions would also answer to a canonical or a bare name."""
    found = definitions.find(f"{url}|{version}" if version else url, "CodeSystem")
    return found if found is not None and found.get("url") == url else None


def supplemented_by(resource: Resource) -> str | None:
    """The URL of the code system that `resource` supplements; None where it is a code system in its own right."""
    base = resource.get("supplements")
    if base is None and resource.get("content") != "supplement":
        return None
    return str(base or "").partition("|")[0]
