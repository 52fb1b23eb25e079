"""The properties of a concept as filters name them (https://hl7.org/fhir/R4/codesystem.html#properties)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fhir_kernel.resource import Resource

STANDARD: Final = "http://hl7.org/fhir/concept-properties#"


def properties_of(concept: Resource) -> Iterator[tuple[str, str]]:
    """The code of every property with its value as text; what has no code or value is left out."""
    for each in elements(concept, "property"):
        if isinstance(code := each.get("code"), str):
            for key, value in each.items():
                if key.startswith("value"):
                    yield code, value_text(value)
                    break


def value_text(value: Any) -> str:
    """A boolean as `true` or `false`, a Coding as `system#code`, any other as it is written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value.get('system', '')}#{value.get('code', '')}" if isinstance(value, dict) else str(value)


def codes_for(header: Resource, name: str) -> frozenset[str]:
    """The property codes that mean the standard property `name`: those declared with its URI, or else `name` itself."""
    uri = STANDARD + name
    declared = frozenset(each.get("code", "") for each in elements(header, "property") if each.get("uri") == uri)
    return declared or frozenset({name})


def elements(parent: Resource, name: str) -> Iterator[Resource]:
    """The elements of a repeating element that are objects, as they should be."""
    values = parent.get(name)
    return (each for each in values if isinstance(each, dict)) if isinstance(values, list) else iter(())
