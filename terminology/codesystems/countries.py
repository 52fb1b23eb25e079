"""Countries by ISO 3166-1: alpha-2, alpha-3 and numeric codes (https://www.iso.org/iso-3166-country-codes.html)."""

from __future__ import annotations

from collections.abc import Iterator

from fhir_kernel.resource import Resource
from terminology.codesystems.countries_table import COUNTRIES, FORMER
from terminology.codesystems.facts import code_system, concept

ISO_3166 = "urn:iso:std:iso:3166"


def countries() -> Resource:
    """Every country under its three codes; codes of former countries are inactive."""
    rows = {each["code"]: each for each in (*_concepts(FORMER, inactive=True), *_concepts(COUNTRIES, inactive=False))}
    return code_system(ISO_3166, "ISO3166", "Countries", rows.values())


def _concepts(table: str, *, inactive: bool) -> Iterator[Resource]:
    for line in table.splitlines():
        *codes, names = line.split(" ", 3)
        written = names.split("|")
        with_article = [f"{name} (the)" for name in written]  # as ISO lists many of them
        for code in codes:
            yield concept(code, [*written, *with_article], inactive=inactive)
