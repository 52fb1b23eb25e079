"""Currencies by ISO 4217 (https://www.iso.org/iso-4217-currency-codes.html)."""

from __future__ import annotations

from terminology.codesystems.currencies_table import CURRENCIES, WITHDRAWN
from terminology.codesystems.listed import ListedSystem
from terminology.findings import Concept

ISO_4217 = "urn:iso:std:iso:4217"


def currencies() -> ListedSystem:
    """Every currency under its letters; withdrawn ones are inactive."""
    concepts = {code: Concept(code, inactive=True) for code in WITHDRAWN.split()}
    for line in CURRENCIES.splitlines():
        code, _, name = line.split(" ", 2)
        concepts[code] = Concept(code, (name,))
    return ListedSystem(ISO_4217, None, concepts)
