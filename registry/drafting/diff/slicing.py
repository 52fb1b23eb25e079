"""Slicing compared, and what it means that a slice came or went (https://hl7.org/fhir/R4/profiling.html#slicing)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.validator.tree import Element
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.resource import Resource
from registry.drafting.diff.change import Effect, Verdict
from registry.drafting.diff.facets import Found

_RANK = {"open": 0, "openAtEnd": 1, "closed": 2}
_NEVER_DECIDE = ("constraint", "extension", "maxLength")
_BY_RESOLUTION = ("profile", "type")


def compare_slicing(old: Resource, new: Resource) -> Iterator[Found]:
    """Discriminators, rules and order of an element that is sliced in one of the drafts."""
    before, after = old.get("slicing") or {}, new.get("slicing") or {}
    if before.get("discriminator") != after.get("discriminator"):
        one, other = before.get("discriminator"), after.get("discriminator")
        came_or_went = not before or not after  # the slices themselves tell the rest
        effect: Effect = "informative" if came_or_went else "breaking"
        yield Found("slicing.discriminator", one, other, effect, "unused-rule" if came_or_went else "other")
    rules, now = (each.get("rules", "open") for each in (before, after))
    if rules != now:
        tighter = _RANK.get(now, 2) > _RANK.get(rules, 2)
        yield Found(
            "slicing.rules",
            rules,
            now,
            "breaking" if tighter else "non-breaking",
            "slice-closed" if tighter else "slice-open",
        )
    ordered, is_now = (bool(each.get("ordered")) for each in (before, after))
    if ordered != is_now:
        yield Found(
            "slicing.ordered",
            ordered,
            is_now,
            "breaking" if is_now else "non-breaking",
            "tighter" if is_now else "looser",
        )


def effect_of_added(piece: Element, known: Catalog) -> Verdict:
    """What it means for records that slice `piece` is new, where `known` are the definitions before."""
    row = piece.definition
    profiles = [each for entry in row.get("type", ()) for each in entry.get("profile", ())]
    is_extension = piece.type_codes == ("Extension",) and bool(profiles)
    if is_extension and not row.get("min"):
        is_new = all(known.find(each, "StructureDefinition") is None for each in profiles)
        if is_new:
            return "non-breaking", "new-extension"
        if row.get("max", "*") == "*" and not piece.children:
            return "non-breaking", "looser"
    return "breaking", "slice-added"


def effect_of_removed(owner: Element | None) -> Verdict:
    """What it means that a slice went, where `owner` is the element as the new draft slices it."""
    rules = (owner.definition.get("slicing") or {}).get("rules", "open") if owner is not None else "open"
    return ("non-breaking", "slice-open") if rules == "open" else ("breaking", "slice-closed")


def decides_slice(element_id: str, roots: Sequence[dict[str, Element]]) -> bool:
    """Whether what the element is like decides, in one of the drafts, if an item belongs to the slice it is in."""
    steps = element_id.split(".")
    for depth, step in enumerate(steps):
        if ":" not in step:
            continue
        owner = ".".join([*steps[:depth], step.partition(":")[0]])
        rest = [each.partition(":")[0].removesuffix("[x]") for each in steps[depth + 1 :]]
        for elements in roots:
            sliced = elements.get(owner)
            rows = (sliced.definition.get("slicing") or {}).get("discriminator", ()) if sliced is not None else ()
            if any(_decides(each, rest) for each in rows):
                return True
    return False


def may_decide(facet: str, element_id: str) -> bool:
    """Whether a facet can decide that an item matches; how many items a slice has does not."""
    is_slice = ":" in element_id.rpartition(".")[2]
    return facet.partition(" ")[0] not in (*_NEVER_DECIDE, *(("min", "max") if is_slice else ()))


def _decides(discriminator: Resource, rest: list[str]) -> bool:
    path = str(discriminator.get("path", ""))
    steps = [] if path in ("$this", "") else path.split(".")
    if any("(" in each for each in steps) or discriminator.get("type") in _BY_RESOLUTION:
        return True
    shorter = min(len(steps), len(rest))
    return steps[:shorter] == rest[:shorter]
