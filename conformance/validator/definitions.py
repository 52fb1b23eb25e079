"""StructureDefinitions as trees, cached, and the walk from an element into its type."""

from __future__ import annotations

from conformance.validator.tree import Element, build_tree
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.errors import DefinitionError, UnknownDefinition
from fhir_kernel.resource import Resource

_INLINE = ("BackboneElement", "Element")
_PROFILE_ELEMENT = "http://hl7.org/fhir/StructureDefinition/elementdefinition-profile-element"
_SYSTEM = "http://hl7.org/fhirpath/System."


class Definitions:
    """The element trees of a catalog's structures, built when first asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._trees: dict[str, Element] = {}

    def tree(self, canonical: str) -> Element:
        """The root of the structure that `canonical` or a type's name names; with `#id`, that element of it.

        Raises UnknownDefinition or SnapshotError.
        """
        found = self._trees.get(canonical)
        if found is None:
            found = self._trees[canonical] = self._build(canonical)
        return found

    def _build(self, canonical: str) -> Element:
        url, _, element_id = canonical.partition("#")
        if not element_id:
            return build_tree(self.catalog.structure(canonical))
        found = self.content_target({"url": url}, f"{url}#{element_id}")
        if found is None:
            raise UnknownDefinition(f"the profile has no element {element_id}", url=url)
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

    def base_of(self, element: Element) -> Element | None:
        """The same element in the type that the profile of `element` constrains."""
        _, *steps = element.path.split(".")
        found: Element | None = self.tree(element.profile["type"])
        for step in steps:
            found = self.child(found, step.removesuffix("[x]")) if found is not None else None
        return found

    def origins(self, element: Element) -> list[Element]:
        """The trees that say what is in `element` where it says nothing itself, nearest first."""
        reference = element.definition.get("contentReference")
        if reference is not None:
            return [target] if (target := self.content_target(element.profile, reference)) else []
        found: list[Element] = []
        for entry in element.definition.get("type", ()):
            for canonical in (*profiles_of(entry), _type_url(entry)):
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


def profiles_of(entry: Resource) -> tuple[str, ...]:
    """The profiles of an element's type; `url#id` where only one element of the profile is meant."""
    found = list(canonicals_of(entry, "profile"))
    for index, sibling in enumerate(entry.get("_profile", ())):
        for extension in (sibling or {}).get("extension", ()):
            if extension["url"] == _PROFILE_ELEMENT:
                found[index] = f"{found[index]}#{extension['valueString']}"
    return tuple(found)


def canonicals_of(entry: Resource, name: str) -> tuple[str, ...]:
    """The canonicals in the list `name`. Raises TypeError where it holds anything else."""
    found = entry.get(name, ())
    if not all(isinstance(each, str) for each in found):
        raise TypeError(f"{name} holds what is no canonical")
    return tuple(found)


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
