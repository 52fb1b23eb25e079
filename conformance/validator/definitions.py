"""StructureDefinitions as trees, cached, and the walk from an element into its type."""

from __future__ import annotations

from conformance.validator.tree import Element, build_tree
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.errors import DefinitionError
from fhir_kernel.resource import Resource

_INLINE = ("BackboneElement", "Element")
_SYSTEM = "http://hl7.org/fhirpath/System."


class Definitions:
    """The element trees of a catalog's structures, built when first asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._trees: dict[str, Element] = {}

    def tree(self, canonical: str) -> Element:
        """The root of the structure that `canonical` or a type's name names.

        Raises UnknownDefinition or SnapshotError.
        """
        found = self._trees.get(canonical)
        if found is None:
            found = self._trees[canonical] = build_tree(self.catalog.structure(canonical))
        return found

    def child(self, element: Element, name: str) -> Element | None:
        """The element `name` below `element`: its own child, or that of its profile, its content reference or type."""
        own = element.children.get(name)
        if own is not None:
            return own
        for origin in self.origins(element):
            found = origin.children.get(name)
            if found is not None:
                return found
        return None

    def origins(self, element: Element) -> list[Element]:
        """The trees that say what is in `element` where it says nothing itself, nearest first."""
        reference = element.definition.get("contentReference")
        if reference is not None:
            return [target] if (target := self.content_target(element.profile, reference)) else []
        found: list[Element] = []
        for entry in element.definition.get("type", ()):
            for canonical in (*entry.get("profile", ()), _type_url(entry)):
                try:
                    found.append(self.tree(canonical))
                except DefinitionError:
                    continue  # an unknown type or profile is reported where the element itself is checked
        return found

    def content_target(self, structure: Resource, reference: str) -> Element | None:
        """The element that `contentReference` names, in `structure` or where its URL says."""
        url, _, element_id = reference.partition("#")
        root = self.tree(url or structure["url"])
        for step in element_id.split(".")[1:]:
            name, _, slice_name = step.partition(":")
            below = root.children.get(name.removesuffix("[x]"))
            if below is None:
                return None
            root = below.slices.get(slice_name, below) if slice_name else below
        return root


def _type_url(entry: Resource) -> str:
    code = str(entry["code"])
    if code.startswith(_SYSTEM):
        return "Element" if code.endswith("Any") else code.removeprefix(_SYSTEM).lower()
    return code


def is_inline(element: Element) -> bool:
    """Whether the element's children are its own rather than those of a datatype."""
    return bool(element.children) and element.type_codes[:1] in (("BackboneElement",), ("Element",), ())


def is_backbone(code: str) -> bool:
    return code in _INLINE
