"""What resources are indexed by, in short, so that a release, a package or an address that changes it is noticed.

https://hl7.org/fhir/R4/searchparameter-registry.html
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from fhir_kernel.store.records import Document
from fhir_server.search.definitions import SearchDefinition
from fhir_server.search.index import SearchIndex

EXTRACTION = 1
"""To be raised whenever values come to be made otherwise of the same expressions."""
_CANONICALS = "canonicals by version and without"
"""How canonicals are kept; to be changed with it."""


def fingerprint(index: SearchIndex) -> Document:
    """By base type and code, a digest of what a given parameter finds, and how references are read."""
    parameters = {
        base: {code: _digest(each, _reading(index, base, each)) for code, each in codes.items()}
        for base, codes in index.given.items()
    }
    return {"extraction": EXTRACTION, "parameters": parameters, "reading": [_CANONICALS, *index.bases]}


def reads_otherwise(before: Document, after: Document) -> bool:
    """Whether references are read otherwise than before, be it those of parameters that a store adds."""
    return bool(before.get("reading") != after["reading"])


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


def _reading(index: SearchIndex, base: str, definition: SearchDefinition) -> tuple[str, ...]:
    """What besides its definition says which values a parameter has."""
    if "reference" not in (definition.type, *(each.definition.type for each in definition.components)):
        return ()
    named = any(index.may_name_canonicals(each, definition) for each in index.types_below(base))
    return (*((_CANONICALS,) if named else ()), *index.bases)


def _digest(definition: SearchDefinition, reading: tuple[str, ...]) -> str:
    parts = [(each.definition.type, each.definition.expression, each.expression) for each in definition.components]
    told = repr((definition.type, definition.expression, definition.targets, parts, *reading))
    return blake2b(told.encode(), digest_size=6).hexdigest()
