"""Where in the definitions a differential is being applied, and how to step into a type from there.

https://hl7.org/fhir/R4/elementdefinition.html#ElementDefinition.contentReference
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fhir_kernel.definitions.snapshot.sources import Sources, type_codes
from fhir_kernel.definitions.snapshot.tree import Node, find_by_id
from fhir_kernel.errors import SnapshotError
from fhir_kernel.resource import Resource


@dataclass(frozen=True, slots=True)
class Scope:
    """The surroundings of the elements at hand."""

    sources: Sources
    home: Node
    """The root of the snapshot they come from; content references point into it."""
    repair: bool
    """Whether slips are put right instead of refused (see `generate`)."""
    in_slice: bool = False
    """Whether they are children of a slice that the base spells out."""
    any_type: bool = False
    """Whether they are children of a choice that still has several types."""
    grows: bool = False
    """Whether new elements may be added: in a specialization, as far as its own inline elements go."""

    def below(self, *, stated: bool) -> Scope:
        """The scope of an element's children; `stated` where the differential speaks of the element itself."""
        return replace(self, in_slice=self.in_slice and stated)

    def sliced(self) -> Scope:
        return replace(self, in_slice=True)


def unfold(element: Resource, scope: Scope, path: str) -> tuple[Resource, tuple[Node, ...], Scope]:
    """The element, the children that its type or content reference gives it, and their scope.

    Raises SnapshotError where it has no type that can be walked into.
    """
    if "contentReference" in element:
        return _follow_reference(element, scope, path)
    entries = element.get("type", ())
    codes = dict.fromkeys(type_codes(element))
    if not codes:
        raise SnapshotError("the element has no type, so nothing can be said about its children", path=path)
    tree = None
    if len(codes) > 1:
        tree = scope.sources.tree("Element")
    elif len(entries[0].get("profile", ())) == 1:
        tree = scope.sources.tree(entries[0]["profile"][0])
    tree = tree or scope.sources.tree(next(iter(codes)))
    if tree is None:
        raise SnapshotError(f"type {' | '.join(codes)} is not known, so it cannot be walked into", path=path)
    return element, tree.children, replace(scope, home=tree, in_slice=False, any_type=len(codes) > 1, grows=False)


def _follow_reference(element: Resource, scope: Scope, path: str) -> tuple[Resource, tuple[Node, ...], Scope]:
    url, _, element_id = element["contentReference"].partition("#")
    home, target = scope.home, None
    owner = scope.sources.definition(url or scope.home.name)
    if owner is not None and owner["url"] != scope.sources.url:
        # what a profile says about the element referred to is not said about the element that refers
        home = scope.sources.tree(owner["url"]) or home
        target = find_by_id(home, element_id)
    if target is None:
        home, target = scope.home, find_by_id(scope.home, element_id)
    if target is None:
        raise SnapshotError(f"content reference {element['contentReference']} leads nowhere", path=path)
    resolved = {key: value for key, value in element.items() if key != "contentReference"}
    resolved["type"] = target.element.get("type", [])
    return resolved, target.children, replace(scope, home=home, in_slice=False, any_type=False, grows=False)
