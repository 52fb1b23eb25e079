"""Two StructureDefinitions compared, element by element of their snapshots.

Where one of them says nothing of an element that the other spells out, what the element's type says is compared: only
what differs in fact is told (https://hl7.org/fhir/R4/profiling.html#snapshot).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.validator.definitions import Definitions
from conformance.validator.tree import Element
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.resource import Resource
from registry.drafting.diff.bindings import Codes, compare_bindings
from registry.drafting.diff.change import LOOSER, TIGHTER, Effect, Kind, Verdict
from registry.drafting.diff.facets import RULES, Found, compare_texts, shown
from registry.drafting.diff.pins import unpinned_element
from registry.drafting.diff.slicing import (
    compare_slicing,
    decides_slice,
    effect_of_added,
    effect_of_removed,
    may_decide,
)


@dataclass(frozen=True, slots=True)
class ElementChange:
    """What changed at one element."""

    element: str
    facet: str
    kind: Kind
    effect: Effect
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two drafts: its definitions and the profile's elements by id."""

    definitions: Definitions
    root: Element
    elements: dict[str, Element]
    own: frozenset[str]
    """The canonicals of the draft itself (`own_canonicals`)."""

    @property
    def catalog(self) -> Catalog:
        return self.definitions.catalog


def side_of(canonical: str, definitions: Definitions, own: frozenset[str]) -> Side:
    """The profile `canonical` as `definitions` have it. Raises DefinitionError."""
    root = definitions.tree(canonical)
    return Side(definitions, root, {each.id: each for each in root.walk()}, own)


def compare_profiles(old: Side, new: Side, codes: Codes) -> Iterator[ElementChange]:
    """The changes in the order of the old snapshot, then of what only the new one has."""
    told: set[str] = set()
    for element_id in (*old.elements, *(each for each in new.elements if each not in old.elements)):
        if any(element_id.startswith(each) for each in _outer(element_id) if each in told):
            continue
        before, after = (_element(element_id, side) for side in (old, new))
        if before is None or after is None:
            told.add(element_id)
            yield _came_or_went(element_id, before, after, old, new)
        else:
            is_spelt = element_id in old.elements and element_id in new.elements
            matching = decides_slice(element_id, (old.elements, new.elements))
            rows = unpinned_element(before.definition, old.own), unpinned_element(after.definition, new.own)
            yield from _changes(element_id, *rows, codes, is_spelt=is_spelt, matching=matching)


def _outer(element_id: str) -> Iterator[str]:
    """The ids of everything around an element, itself aside: `a`, `a.b`, `a.b:c`, for `a.b:c.d`."""
    for place, character in enumerate(element_id):
        if character in ".:/":
            yield element_id[:place]


def _element(element_id: str, side: Side) -> Element | None:
    """What holds for an element: what the profile says, or the profile or type of what is around it."""
    found = side.elements.get(element_id)
    if found is not None:
        return found
    current: Element | None = side.root
    for step in element_id.split(".")[1:]:
        name, _, slice_name = step.partition(":")
        if current is None:
            return None
        lone = current.children.get(f"{name}:{slice_name}") if slice_name else None
        current = lone or side.definitions.child(current, name.removesuffix("[x]"))
        if slice_name and lone is None:
            current = current.slices.get(slice_name) if current is not None else None
    return current


def _came_or_went(
    element_id: str, before: Element | None, after: Element | None, old: Side, new: Side
) -> ElementChange:
    is_slice = ":" in element_id.rpartition(".")[2]
    present = after if after is not None else before
    assert present is not None
    if after is not None:
        effect, why = effect_of_added(after, old.catalog) if is_slice else _effect_of_new(after)
        return ElementChange(element_id, _piece(is_slice), "added", effect, "", _told(after), why)
    owner = _element(element_id.rpartition(":")[0], new) if is_slice else None
    effect, why = effect_of_removed(owner) if is_slice else TIGHTER
    return ElementChange(element_id, _piece(is_slice), "removed", effect, _told(present), "", why)


def _effect_of_new(element: Element) -> Verdict:
    return TIGHTER if element.definition.get("min") else LOOSER


def _piece(is_slice: bool) -> str:
    return "slice" if is_slice else "element"


def _told(element: Element) -> str:
    row = element.definition
    return f"{row.get('min', 0)}..{row.get('max', '*')} {'|'.join(element.type_codes)}".strip()


def _changes(
    element_id: str, old: Resource, new: Resource, codes: Codes, *, is_spelt: bool, matching: bool
) -> Iterator[ElementChange]:
    found = [each for rule in RULES for each in rule(old, new)]
    found += [*compare_bindings(old, new, codes), *compare_slicing(old, new)]
    if is_spelt:
        found += compare_texts(old, new)
    for each in found:
        effect, why = each.effect, each.why
        if matching and effect == "non-breaking" and may_decide(each.facet, element_id):
            effect, why = "breaking", "slice-matching"
        yield ElementChange(element_id, each.facet, _kind(each), effect, shown(each.before), shown(each.after), why)


def _kind(found: Found) -> Kind:
    if found.before in (None, []):
        return "added"
    return "removed" if found.after in (None, []) else "changed"
