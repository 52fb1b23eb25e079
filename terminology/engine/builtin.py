"""Code systems that come with the program: grammars, and short lists of public facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from fhir_kernel.resource import Resource
from terminology.codesystems.bcp47 import LANGUAGE_TAGS, language_tags
from terminology.codesystems.countries import ISO_3166, countries
from terminology.codesystems.currencies import ISO_4217, currencies
from terminology.codesystems.grammar import GrammarSystem
from terminology.codesystems.mimetype import MEDIA_TYPES, media_types
from terminology.codesystems.ucum import UCUM, units
from terminology.engine.edition import Edition, GrammarEdition, TableEdition
from terminology.tables.memory import MemoryTable

_COMMON_UNITS = "http://hl7.org/fhir/ValueSet/ucum-common"
_LANGUAGES = "http://hl7.org/fhir/ValueSet/languages"


def _grammar(
    url: str,
    name: str,
    title: str,
    system: Callable[[], GrammarSystem],
    display: Callable[[str], str | None],
    usual: str | None = None,
) -> Callable[[], Edition]:
    header: Resource = {"resourceType": "CodeSystem", "url": url, "name": name, "title": title, "status": "active"}
    header |= {"content": "complete", "caseSensitive": True}
    return lambda: GrammarEdition(system(), header, display, usual)


def _nameless(_code: str) -> None:
    """A tag says what it means by rules; nobody has written a name for each."""


def _listed(resource: Callable[[], Resource]) -> Callable[[], Edition]:
    return lambda: TableEdition(MemoryTable.of(resource()))


BUILT_IN: Mapping[str, Callable[[], Edition]] = MappingProxyType(
    {
        UCUM: _grammar(UCUM, "UCUM", "Unified Code for Units of Measure", units, str, _COMMON_UNITS),
        LANGUAGE_TAGS: _grammar(
            LANGUAGE_TAGS, "BCP47", "Tags for Identifying Languages", language_tags, _nameless, _LANGUAGES
        ),
        MEDIA_TYPES: _grammar(MEDIA_TYPES, "MimeTypes", "Media Types", media_types, str),
        ISO_3166: _listed(countries),
        ISO_4217: _listed(currencies),
    }
)
"""By URL; they are asked only where nothing installed bears it."""
