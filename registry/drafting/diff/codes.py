"""Two code systems, and two value sets, compared code by code (https://hl7.org/fhir/R4/codesystem.html)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fhir_kernel.resource import Resource
from registry.drafting.diff.bindings import Codes, members_of
from registry.drafting.diff.change import LOOSER, TIGHTER, Verdict
from registry.drafting.diff.facets import shown
from registry.drafting.diff.profiles import ElementChange
from terminology.local import Membership
from terminology.tables.memory import nested_concepts

_WATCHED: Verdict = ("breaking", "slice-matching")
_MORE: Verdict = ("non-breaking", "more-codes")
_WORDS: Verdict = ("informative", "text")
_DISPLAY: Verdict = ("breaking", "display")


@dataclass(frozen=True, slots=True)
class _Concept:
    """What of a concept is compared."""

    display: str
    displays: frozenset[str]
    definition: str
    parent: str
    properties: str
    is_abstract: bool


def compare_code_systems(old: Resource, new: Resource) -> Iterator[ElementChange]:
    """What the systems say of themselves, then the concepts: gone, changed, new."""
    yield from _head(old, new)
    before, after = _concepts(old), _concepts(new)
    for code, concept in before.items():
        if code not in after:
            yield ElementChange(code, "code", "removed", "breaking", concept.display, "", "fewer-codes")
        else:
            yield from _concept(code, concept, after[code])
    for code, concept in after.items():
        if code not in before:
            yield ElementChange(code, "code", "added", "non-breaking", "", concept.display, "more-codes")


def compare_value_sets(
    url: str, old: Resource, new: Resource, codes: Codes, watched: Collection[str]
) -> Iterator[ElementChange]:
    """The members gone and new; `watched` are value sets on which the matching of slices or an invariant depends."""
    before, after = codes.before(url), codes.after(url)
    if before is not None and after is not None and before.complete and after.complete:
        yield from _members(before, after, is_watched=url in watched)
        if members_of(before) == members_of(after) and old.get("compose") != new.get("compose"):
            one, other = shown(old.get("compose")), shown(new.get("compose"))
            yield ElementChange("", "compose", "changed", "informative", one, other, "same-codes")
    elif old.get("compose") != new.get("compose"):
        one, other = shown(old.get("compose")), shown(new.get("compose"))
        yield ElementChange("", "compose", "changed", "breaking", one, other, "other")


def _members(before: Membership, after: Membership, *, is_watched: bool) -> Iterator[ElementChange]:
    old, new = members_of(before), members_of(after)
    for system, code in sorted(old - new):
        yield ElementChange(f"{system}#{code}", "code", "removed", "breaking", code, "", "fewer-codes")
    for system, code in sorted(new - old):
        effect, why = _WATCHED if is_watched else _MORE
        yield ElementChange(f"{system}#{code}", "code", "added", effect, "", code, why)


def _head(old: Resource, new: Resource) -> Iterator[ElementChange]:
    before, after = (each.get("caseSensitive", True) is not False for each in (old, new))
    if before != after:
        effect, why = TIGHTER if after else LOOSER
        yield ElementChange("", "caseSensitive", "changed", effect, shown(before), shown(after), why)
    content, now = str(old.get("content", "")), str(new.get("content", ""))
    if content != now:
        effect, why = TIGHTER if now == "complete" else LOOSER
        yield ElementChange("", "content", "changed", effect, content, now, why)


def _concept(code: str, old: _Concept, new: _Concept) -> Iterator[ElementChange]:
    if old.displays != new.displays or old.display != new.display:
        # where no display was known, any was let pass
        keeps = new.displays >= old.displays and (bool(old.displays) or not new.displays)
        effect, why = _WORDS if keeps or not new.displays else _DISPLAY
        one, other = _names(old), _names(new)
        yield ElementChange(code, "display", "changed", effect, one, other, why)
    if old.is_abstract != new.is_abstract:
        effect, why = TIGHTER if new.is_abstract else LOOSER
        one, other = shown(old.is_abstract), shown(new.is_abstract)
        yield ElementChange(code, "notSelectable", "changed", effect, one, other, why)
    for name in ("definition", "parent", "properties"):
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            why = "text" if name == "definition" else "unused-rule"
            yield ElementChange(code, name, "changed", "informative", one, other, why)


def _names(concept: _Concept) -> str:
    return " | ".join([concept.display, *sorted(concept.displays - {concept.display})])


def _concepts(system: Resource) -> Mapping[str, _Concept]:
    found: dict[str, _Concept] = {}
    for row, parent in nested_concepts(system):
        display = str(row.get("display", ""))
        designations = {str(each.get("value")) for each in _rows(row, "designation")}
        properties = _rows(row, "property")
        found.setdefault(
            str(row["code"]),
            _Concept(
                display,
                frozenset(each for each in (display, *designations) if each),
                str(row.get("definition", "")),
                parent or "",
                shown(sorted(properties, key=shown)) if properties else "",
                any(each.get("code") == "notSelectable" and each.get("valueBoolean") is True for each in properties),
            ),
        )
    return found


def _rows(row: Resource, name: str) -> list[dict[str, Any]]:
    rows = row.get(name)
    return [each for each in rows if isinstance(each, dict)] if isinstance(rows, list) else []
