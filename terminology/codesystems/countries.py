"""Countries by ISO 3166-1: alpha-2, alpha-3 and numeric codes (https://www.iso.org/iso-3166-country-codes.html)."""

from __future__ import annotations

from collections.abc import Iterator

from terminology.codesystems.countries_table import COUNTRIES, FORMER
from terminology.codesystems.listed import ListedSystem
from terminology.findings import Concept

ISO_3166 = "urn:iso:std:iso:3166"


def countries() -> ListedSystem:
    """Every country under its three codes; codes of former countries are inactive."""
    concepts = [*_concepts(FORMER, inactive=True), *_concepts(COUNTRIES, inactive=False)]
    return ListedSystem(ISO_3166, None, {each.code: each for each in concepts})


def _concepts(table: str, *, inactive: bool) -> Iterator[Concept]:
    for line in table.splitlines():
        *codes, names = line.split(" ", 3)
        written = tuple(names.split("|"))
        with_article = tuple(f"{name} (the)" for name in written)  # as ISO lists many of them
        for code in codes:
            yield Concept(code, written + with_article, inactive=inactive)
