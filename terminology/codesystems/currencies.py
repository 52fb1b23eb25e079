"""Currencies by ISO 4217 (https://www.iso.org/iso-4217-currency-codes.html)."""

from __future__ import annotations

from fhir_kernel.resource import Resource
from terminology.codesystems.currencies_table import CURRENCIES, WITHDRAWN
from terminology.codesystems.facts import code_system, concept

ISO_4217 = "urn:iso:std:iso:4217"


def currencies() -> Resource:
    """Every currency under its letters; withdrawn ones are inactive."""
    rows = {code: concept(code, [], inactive=True) for code in WITHDRAWN.split()}
    for line in CURRENCIES.splitlines():
        code, _, name = line.split(" ", 2)
        rows[code] = concept(code, [name], inactive=False)
    return code_system(ISO_4217, "ISO4217", "Currencies", rows.values())
