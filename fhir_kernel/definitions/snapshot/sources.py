"""Where a snapshot's parts come from: types, profiles on types, and what is derived from what.

https://hl7.org/fhir/R4/profiling.html
"""

from __future__ import annotations

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.snapshot.tree import Node, grow
from fhir_kernel.errors import SnapshotError, UnknownDefinition
from fhir_kernel.resource import Resource

CORE = "http://hl7.org/fhir/StructureDefinition/"
_SYSTEM = "http://hl7.org/fhirpath/System."
_FHIR_TYPE = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type"
_LONGEST_CHAIN = 64


class Sources:
    """Definitions that one snapshot is made from; their trees are kept for the time of its making."""

    def __init__(self, catalog: Catalog, url: str) -> None:
        self.url = url
        """The definition whose snapshot is being made."""
        self._catalog = catalog
        self._trees: dict[str, Node] = {}

    def definition(self, canonical: str) -> Resource | None:
        """The StructureDefinition with this canonical or type name, as it was loaded."""
        return self._catalog.find(_canonical(canonical), "StructureDefinition")

    def tree(self, canonical: str) -> Node | None:
        """The snapshot of a definition as a tree, None where no package holds it. Raises SnapshotError."""
        url = _canonical(canonical)
        if url not in self._trees:
            if url == self.url:
                raise SnapshotError("the definition walks into itself", url=url)
            try:
                structure = self._catalog.structure(url)
            except UnknownDefinition:
                return None
            elements = structure.get("snapshot", {}).get("element")
            if not elements:
                raise SnapshotError("the definition has no snapshot and none can be made", url=url)
            self._trees[url] = grow(elements)
        return self._trees[url]

    def root_element(self, canonical: str) -> Resource | None:
        """The first element of a definition's snapshot, found without making the rest of the snapshot."""
        said: list[Resource] = []
        definition = self.definition(canonical)
        while definition is not None and len(said) < _LONGEST_CHAIN:
            if definition.get("snapshot", {}).get("element"):
                said.append(definition["snapshot"]["element"][0])
                break
            stated = definition.get("differential", {}).get("element", [])
            said.extend(element for element in stated[:1] if "." not in element["path"])
            definition = self.definition(definition.get("baseDefinition", ""))
        merged: Resource = {}
        for element in reversed(said):
            merged |= element
        return merged or None

    def kind(self, code: str) -> str:
        """`resource`, `complex-type`, `primitive-type` or `logical`; empty for an unknown type."""
        definition = self.definition(code)
        return str(definition["kind"]) if definition else ""

    def is_abstract(self, code: str) -> bool:
        """Whether other types may stand in for this one: an abstract type or a logical model."""
        definition = self.definition(code)
        return definition is not None and (bool(definition.get("abstract")) or definition["kind"] == "logical")

    def descends(self, canonical: str, ancestor: str) -> bool | None:
        """Whether a definition is `ancestor` or derived from it; None where its line of descent is unknown."""
        current, goal = _canonical(canonical), _canonical(ancestor)
        for _ in range(_LONGEST_CHAIN):
            if current.partition("|")[0] == goal.partition("|")[0]:
                return True
            definition = self.definition(current)
            if definition is None:
                return None
            if "baseDefinition" not in definition:
                return False
            current = definition["baseDefinition"]
        return False


def type_code(entry: Resource) -> str:
    """`string` for an id that R4 types as System.String with an extension; the code itself otherwise."""
    code = str(entry.get("code", ""))
    if code.startswith(_SYSTEM):
        for extension in entry.get("extension", ()):
            if extension.get("url") == _FHIR_TYPE:
                return str(extension.get("valueUrl") or extension.get("valueUri", code))
    return code


def type_codes(element: Resource) -> list[str]:
    """The codes of all types of an element."""
    return [type_code(entry) for entry in element.get("type", ())]


def _canonical(name: str) -> str:
    return name if not name or "/" in name or ":" in name else CORE + name
