"""What resources are indexed by, in short, so that a release or a package that changes it is noticed.

https://hl7.org/fhir/R4/searchparameter-registry.html
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from fhir_kernel.store.records import Document
from fhir_server.search.definitions import SearchDefinition

EXTRACTION = 1
"""To be raised whenever values come to be made otherwise of the same expressions."""


def fingerprint(by_base: Mapping[str, Mapping[str, SearchDefinition]]) -> Document:
    """By base type and code, a digest of what a parameter finds."""
    parameters = {base: {code: _digest(each) for code, each in codes.items()} for base, codes in by_base.items()}
    return {"extraction": EXTRACTION, "parameters": parameters}


def changed(before: Document, after: Document) -> Mapping[str, set[str]]:
    """By base type, the codes that are new or find something else; the base types too of which some are gone."""
    old, new = before["parameters"], after["parameters"]
    if before["extraction"] != after["extraction"]:
        return {base: set() for base in (*old, *new)} | _differing(old, new)
    return _differing(old, new)


def _differing(old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]) -> dict[str, set[str]]:
    bases = [base for base in {**old, **new} if old.get(base, {}) != new.get(base, {})]
    return {
        base: {code for code, each in new.get(base, {}).items() if old.get(base, {}).get(code) != each}
        for base in bases
    }


def _digest(definition: SearchDefinition) -> str:
    parts = [(each.definition.type, each.definition.expression, each.expression) for each in definition.components]
    told = repr((definition.type, definition.expression, definition.targets, parts))
    return blake2b(told.encode(), digest_size=6).hexdigest()
