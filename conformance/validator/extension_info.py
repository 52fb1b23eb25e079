"""What the definition of an extension says of its use, apart from its content."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.validator.access import object_of, rows_of, text_of
from fhir_kernel.resource import Resource


@dataclass(frozen=True, slots=True)
class ExtensionInfo:
    """Where an extension may stand (https://hl7.org/fhir/R4/defining-extensions.html#context)."""

    url: str
    is_modifier: bool
    contexts: tuple[tuple[str, str], ...]
    """(`element`, `extension` or `fhirpath`; the expression)."""
    context_invariants: tuple[str, ...]


_MORE_CONTEXTS: dict[str, tuple[str, ...]] = {
    "structuredefinition-fhir-type": ("ElementDefinition.type",),
    "regex": ("ElementDefinition.type",),
    "structuredefinition-normative-version": ("CanonicalResource", "ElementDefinition"),
}
"""Contexts that R4's definitions forget and R4's own resources use; the later extensions package has them."""


def extension_info(structure: Resource) -> ExtensionInfo:
    """Read it from the StructureDefinition of an extension."""
    rows = rows_of(object_of(structure, "snapshot") or object_of(structure, "differential"), "element")
    root: Resource = rows[0][1] if rows else {}
    contexts = tuple(
        (text_of(row, "type") or "element", expression)
        for _, row in rows_of(structure, "context")
        if (expression := text_of(row, "expression")) is not None
    )
    if contexts:
        more = _MORE_CONTEXTS.get(structure["url"].rpartition("/")[2], ())
        contexts += tuple(("element", each) for each in more)
    stated = structure.get("contextInvariant")
    invariants = tuple(each for each in stated if isinstance(each, str)) if isinstance(stated, list) else ()
    return ExtensionInfo(structure["url"], bool(root.get("isModifier")), contexts, invariants)
