"""The parents of concepts, as nesting and properties name them (https://hl7.org/fhir/R4/codesystem.html#hierarchy)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fhir_kernel.resource import Resource
from terminology.tables.properties import codes_for, elements


@dataclass(frozen=True, slots=True)
class Edges:
    """The property codes by which concepts of one code system name what is above and below them."""

    parent_codes: frozenset[str]
    child_codes: frozenset[str]

    @classmethod
    def declared_by(cls, header: Resource) -> Edges:
        """Those of the code system that `header`, with or without its concepts, describes."""
        return cls(codes_for(header, "parent") | {"parent"}, codes_for(header, "child") | {"child"})

    def parents(self, rows: Mapping[str, tuple[Resource, str | None]]) -> Sequence[Sequence[str]]:
        """By row, the codes of its parents: the concept it is nested in, those it names, those that name it."""
        above: dict[str, list[str]] = {code: [] for code in rows}
        by_children: list[tuple[str, str]] = []
        for code, (concept, parent) in rows.items():
            if parent is not None:
                above[code].append(parent)
            for each in elements(concept, "property"):
                kind = str(each.get("code"))
                if kind in self.parent_codes:
                    above[code].extend(_codes(each))
                elif kind in self.child_codes:
                    by_children.extend((child, code) for child in _codes(each))
        for child, code in by_children:
            if child in above:
                above[child].append(code)
        return list(above.values())


def _codes(element: Mapping[str, Any]) -> list[str]:
    """The code that a property has as `valueCode`, or in a `valueCoding` or `valueString`."""
    for name in ("valueCode", "valueString"):
        if isinstance(value := element.get(name), str):
            return [value]
    coding = element.get("valueCoding")
    return [coding["code"]] if isinstance(coding, dict) and isinstance(coding.get("code"), str) else []
