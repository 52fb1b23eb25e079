"""Bindings compared: how binding they are, and which codes they allow (https://hl7.org/fhir/R4/terminologies.html)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fhir_kernel.resource import Resource
from registry.drafting.diff.change import LOOSER, TIGHTER, Verdict
from registry.drafting.diff.facets import Found
from terminology.local import Membership

_STRENGTHS = ("example", "preferred", "extensible", "required")
_HELD_TO = 2
"""From `extensible` on a record is held to the codes."""
_RELATIONS: Mapping[str, Verdict] = {
    "same-codes": ("informative", "same-codes"),
    "more-codes": ("non-breaking", "more-codes"),
    "fewer-codes": ("breaking", "fewer-codes"),
    "other": ("breaking", "other"),
}
_MAX_VALUE_SET = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet"


@dataclass(frozen=True, slots=True)
class Codes:
    """How the codes of a value set are found in the old and in the new draft."""

    before: Callable[[str], Membership | None]
    after: Callable[[str], Membership | None]

    def relation(self, old: str, new: str) -> str:
        """`same-codes`, `more-codes`, `fewer-codes`, or `other` where that cannot be told."""
        one, other = self.before(old), self.after(new)
        if one is None or other is None or not (one.complete and other.complete):
            return "other"
        pairs, now = members_of(one), members_of(other)
        if pairs == now:
            return "same-codes"
        return "more-codes" if pairs < now else "fewer-codes"


def members_of(membership: Membership) -> frozenset[tuple[str, str]]:
    """The system and code of every member."""
    return frozenset((system, code) for system, codes in membership.by_system.items() for code in codes)


def compare_bindings(old: Resource, new: Resource, codes: Codes) -> Iterator[Found]:
    """Strength, value set, and the value set that nothing may go beyond."""
    before, after = (each.get("binding") or {} for each in (old, new))
    yield from _strength(before, after)
    yield from _value_set(before, after, codes)
    most, now = _most(before), _most(after)
    if most != now:
        looser = now is None or (most is not None and codes.relation(most, now) in ("same-codes", "more-codes"))
        effect, why = LOOSER if looser else TIGHTER
        yield Found("binding.maxValueSet", most, now, effect, why)
    if before.get("description") != after.get("description"):
        yield Found("binding.description", before.get("description"), after.get("description"), "informative", "text")


def _strength(before: Resource, after: Resource) -> Iterator[Found]:
    old, new = before.get("strength"), after.get("strength")
    if old == new:
        return
    was, now = _rank(old), _rank(new)
    if now > was and now >= _HELD_TO:
        yield Found("binding.strength", old, new, "breaking", "tighter")
    elif was >= _HELD_TO:
        yield Found("binding.strength", old, new, "non-breaking", "looser")
    else:
        yield Found("binding.strength", old, new, "informative", "advice")


def _value_set(before: Resource, after: Resource, codes: Codes) -> Iterator[Found]:
    old, new = before.get("valueSet"), after.get("valueSet")
    if old == new:
        return
    if _rank(after.get("strength")) < _HELD_TO or new is None:
        yield Found("binding.valueSet", old, new, "informative", "advice")
    elif old is None:
        yield Found("binding.valueSet", old, new, "breaking", "tighter")
    else:
        yield Found("binding.valueSet", old, new, *_RELATIONS[codes.relation(old, new)])


def _rank(strength: str | None) -> int:
    return _STRENGTHS.index(strength) if strength in _STRENGTHS else 0


def _most(binding: Resource) -> str | None:
    for each in binding.get("extension", ()):
        if each.get("url") == _MAX_VALUE_SET:
            found = each.get("valueCanonical") or each.get("valueUri")
            return str(found) if found is not None else None
    return None
