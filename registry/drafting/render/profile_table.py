"""A profile's snapshot as a table: one row an element (https://hl7.org/fhir/R4/formats.html#table)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fhir_kernel.packages.documents import dump_json
from fhir_kernel.resource import Resource
from registry.drafting.render.head import MOST_ROWS, Head, head_of, well_formed
from registry.drafting.render.told import told
from registry.sentence import Sentence

_VALUES = ("fixed", "pattern")


@dataclass(frozen=True, slots=True)
class TypeCell:
    """One type that an element may have."""

    code: str
    profiles: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ElementRow:
    """One element; `depth` is 0 for the root."""

    id: str
    depth: int
    name: str
    cardinality: str
    types: tuple[TypeCell, ...]
    strength: str
    value_set: str
    must_support: bool
    is_modifier: bool
    value: str
    """The fixed value or pattern as JSON; empty where there is none."""
    short: Sentence
    definition: Sentence
    invariants: tuple[tuple[str, str, str], ...]
    """Key, severity and words."""

    @property
    def is_prohibited(self) -> bool:
        return self.cardinality.endswith("..0")

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "id": self.id,
            "depth": self.depth,
            "name": self.name,
            "cardinality": self.cardinality,
            "types": [
                {"code": each.code, "profiles": list(each.profiles), "targets": list(each.targets)}
                for each in self.types
            ],
            "binding": {"strength": self.strength, "valueSet": self.value_set} if self.strength else None,
            "mustSupport": self.must_support,
            "isModifier": self.is_modifier,
            "value": self.value,
            "short": self.short.document(),
            "definition": self.definition.document(),
            "invariants": [
                {"key": key, "severity": severity, "human": human} for key, severity, human in self.invariants
            ],
        }


@dataclass(frozen=True, slots=True)
class ProfileTable:
    """A profile for readers."""

    head: Head
    base: str
    rows: tuple[ElementRow, ...]
    left_off: int

    def document(self) -> dict[str, Any]:
        """As JSON."""
        rows = [each.document() for each in self.rows]
        return {"head": self.head.document(), "base": self.base, "rows": rows, "leftOff": self.left_off}


def profile_table(structure: Resource) -> ProfileTable:
    """The table of a StructureDefinition that has its snapshot (`Catalog.structure`). Raises Refused."""
    with well_formed(structure):
        elements = structure["snapshot"]["element"]
        language, url = str(structure.get("language", "")), str(structure.get("url", ""))
        rows = tuple(_row(each, language, url) for each in elements[:MOST_ROWS])
        base = str(structure.get("baseDefinition", ""))
        return ProfileTable(head_of(structure), base, rows, len(elements) - len(rows))


def _row(element: Resource, language: str, url: str) -> ElementRow:
    element_id = str(element.get("id", element["path"]))
    binding = element.get("binding") or {}
    return ElementRow(
        element_id,
        element_id.count(".") + element_id.count(":"),
        element_id.rpartition(".")[2],
        f"{element.get('min', 0)}..{element.get('max', '*')}",
        tuple(_types(element)),
        str(binding.get("strength", "")),
        str(binding.get("valueSet", "")),
        bool(element.get("mustSupport")),
        bool(element.get("isModifier")),
        _value(element),
        told(element, "short", language),
        told(element, "definition", language),
        tuple(
            (str(each.get("key", "")), str(each.get("severity", "")), str(each.get("human", "")))
            for each in element.get("constraint", ())
            if each.get("source") in (None, url)
        ),
    )


def _types(element: Resource) -> Iterator[TypeCell]:
    for entry in element.get("type", ()):
        code = str(entry.get("code", "")).rpartition("/")[2]
        yield TypeCell(code, tuple(entry.get("profile", ())), tuple(entry.get("targetProfile", ())))
    if "contentReference" in element:
        yield TypeCell(f"→ {str(element['contentReference']).rpartition('#')[2]}", (), ())


def _value(element: Resource) -> str:
    for key, value in element.items():
        if any(key.startswith(each) and key[len(each) : len(each) + 1].isupper() for each in _VALUES):
            return value if isinstance(value, str) else dump_json(value).decode()
    return ""
