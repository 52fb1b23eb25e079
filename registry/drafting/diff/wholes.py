"""What artefacts say of themselves, compared; and those kinds that are only compared as wholes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any

from fhir_kernel.resource import Resource
from registry.drafting.diff.change import LOOSER, TIGHTER, Verdict
from registry.drafting.diff.facets import shown
from registry.drafting.diff.pins import unpinned
from registry.drafting.diff.profiles import ElementChange

_PASSED_OVER = (
    "resourceType",
    "id",
    "meta",
    "text",
    "snapshot",
    "differential",
    "concept",
    "count",
    "compose",
    "expansion",
)
_COMPARED_ELSEWHERE = {
    "CodeSystem": ("caseSensitive", "content"),
    "ImplementationGuide": ("global",),
}
_RULES: Mapping[str, tuple[str, ...]] = {
    "CodeSystem": ("compositional", "supplements"),
    "StructureDefinition": ("kind", "type", "derivation", "abstract", "contextInvariant", "fhirVersion"),
    "SearchParameter": (
        "code",
        "base",
        "type",
        "expression",
        "target",
        "multipleOr",
        "multipleAnd",
        "comparator",
        "modifier",
        "chain",
        "component",
    ),
    "OperationDefinition": ("kind", "code", "resource", "system", "type", "instance", "parameter", "affectsState"),
    "ConceptMap": ("group", "sourceUri", "sourceCanonical", "targetUri", "targetCanonical"),
    "NamingSystem": ("uniqueId", "kind"),
}
"""By type, what somebody relies on: a change of it cannot be judged and counts as breaking."""


def compare_wholes(old: Resource, new: Resource, own: tuple[Set[str], Set[str]]) -> Iterator[ElementChange]:
    """What is not compared by element or code; `own` are the canonicals of the two drafts (`own_canonicals`)."""
    kind = str(new["resourceType"])
    aside = (*_PASSED_OVER, *_COMPARED_ELSEWHERE.get(kind, ()))
    if kind == "ImplementationGuide":
        yield from _global_profiles(old, new, own)
    for name in sorted((old.keys() | new.keys()) - set(aside)):
        before, after = unpinned(old.get(name), own[0]), unpinned(new.get(name), own[1])
        if before == after:
            continue
        if kind == "StructureDefinition" and name == "context":
            yield from _contexts(before, after)
            continue
        effect, why = _judged(kind, name, before, after)
        yield ElementChange("", name, _kind(before, after), effect, shown(before), shown(after), why)


def _judged(kind: str, name: str, before: Any, after: Any) -> Verdict:
    if name not in _RULES.get(kind, ()):
        return "informative", "text"
    if kind != "StructureDefinition":
        return "breaking", "clients"
    if name in ("contextInvariant", "abstract") and not after:
        return "non-breaking", "looser"
    return "breaking", "other"


def _contexts(before: Any, after: Any) -> Iterator[ElementChange]:
    """Where an extension may stand (https://hl7.org/fhir/R4/defining-extensions.html#context)."""
    old, new = ({_context(each) for each in rows or ()} for rows in (before, after))
    for each in sorted(old - new):
        yield ElementChange("", "context", "removed", "breaking", each, "", "tighter")
    for each in sorted(new - old):
        effect, why = LOOSER if old else TIGHTER
        yield ElementChange("", "context", "added", effect, "", each, why)


def _context(row: Resource) -> str:
    return f"{row.get('type')} {row.get('expression')}"


def _global_profiles(old: Resource, new: Resource, own: tuple[Set[str], Set[str]]) -> Iterator[ElementChange]:
    before, after = (
        {f"{row.get('type')} {row.get('profile')}" for row in unpinned(guide.get("global", []), mine)}
        for guide, mine in zip((old, new), own, strict=True)
    )
    for each in sorted(before - after):
        yield ElementChange("", "global", "removed", "non-breaking", each, "", "looser")
    for each in sorted(after - before):
        yield ElementChange("", "global", "added", "breaking", "", each, "tighter")


def _kind(before: Any, after: Any) -> Any:
    return "added" if before is None else "removed" if after is None else "changed"
