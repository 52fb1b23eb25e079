"""A value set as operations use it: its definition, with what its parts select remembered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fhir_kernel.resource import Resource
from terminology.engine.edition import canonical_of

SUPPLEMENT = "http://hl7.org/fhir/StructureDefinition/valueset-supplement"
EVERYTHING = "http://hl7.org/fhir/ValueSet/@all"


class Definition:
    """One ValueSet. `is_contained`: it has no canonical of its own; `implied`: it stands for a whole code system."""

    __slots__ = ("implied", "is_contained", "resource", "selections")

    def __init__(self, resource: Resource, *, is_contained: bool = False, implied: bool = False) -> None:
        self.resource, self.is_contained, self.implied = resource, is_contained, implied
        self.selections: dict[Any, Any] = {}
        """What parts of the compose select, by part and table; filled by `terminology.engine.select`."""

    @property
    def url(self) -> str:
        return str(self.resource.get("url", ""))

    @property
    def canonical(self) -> str:
        """`url|version`; `(unidentified)` for one without a URL."""
        return canonical_of(self.resource) or "(unidentified)"

    @property
    def compose(self) -> Resource | None:
        compose = self.resource.get("compose")
        return compose if isinstance(compose, dict) else None

    @property
    def includes(self) -> Sequence[Resource]:
        includes: Sequence[Resource] = (self.compose or {}).get("include", ())
        return includes

    @property
    def excludes(self) -> Sequence[Resource]:
        excludes: Sequence[Resource] = (self.compose or {}).get("exclude", ())
        return excludes

    @property
    def leaves_out_inactive(self) -> bool:
        """Whether the compose says that inactive concepts are no members."""
        return (self.compose or {}).get("inactive") is False

    @property
    def supplements(self) -> list[str]:
        """The supplements that it cannot do without."""
        values = (
            each.get("valueCanonical") or each.get("valueUri") or each.get("valueString")
            for each in self.resource.get("extension", ())
            if each.get("url") == SUPPLEMENT
        )
        return [str(each) for each in values if each]
