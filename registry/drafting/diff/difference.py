"""All that changed between two drafts, or between an edition and the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from conformance.validator.definitions import Definitions
from conformance.validator.flaw import STUMBLES
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.errors import DefinitionError
from fhir_kernel.resource import Resource, split_canonical
from registry.drafting.diff.bindings import Codes
from registry.drafting.diff.change import SAME, UNSURE, Change, Difference, Kind, difference_of
from registry.drafting.diff.codes import compare_code_systems, compare_value_sets
from registry.drafting.diff.pins import own_canonicals
from registry.drafting.diff.profiles import ElementChange, Side, compare_profiles, side_of
from registry.drafting.diff.slicing import decides_slice
from registry.drafting.diff.wholes import compare_wholes
from registry.drafting.diff.whys import WHYS
from registry.drafting.diff.words import sentence_of
from registry.drafting.package.draft import Draft, Part
from registry.drafting.package.manifest import dependencies_of
from terminology.local import LocalCodes

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """A draft with the definitions that it stands among (`catalog_of`)."""

    draft: Draft
    catalog: Catalog

    @property
    def name(self) -> str:
        return f"{self.draft.manifest.get('name', '?')}#{self.draft.manifest.get('version', '?')}"


def differences(old: Compared, new: Compared) -> Difference:
    """What changed from `old` to `new`. Blocks for seconds: call it off the event loop."""
    own = own_canonicals(old.draft), own_canonicals(new.draft)
    return difference_of(old.name, new.name, _Comparison(old, new, own).changes())


@dataclass(slots=True)
class _Comparison:
    """One comparison under way."""

    old: Compared
    new: Compared
    own: tuple[frozenset[str], frozenset[str]]
    """The canonicals of the two drafts themselves."""
    watched: set[str] = field(default_factory=set)
    """Value sets on which the matching of slices or an invariant depends."""

    def changes(self) -> Iterator[Change]:
        before, after = _by_key(self.old.draft), _by_key(self.new.draft)
        definitions = Definitions(self.old.catalog), Definitions(self.new.catalog)
        codes = Codes(LocalCodes(self.old.catalog).membership, LocalCodes(self.new.catalog).membership)
        yield from self._dependencies()
        sides = {key: self._sides(key[1], *definitions) for key in before.keys() & after.keys() if key[0] == _PROFILE}
        for key, pair in sides.items():
            if not isinstance(pair, str):
                sides[key] = self._watch(pair)
        for key in sorted(before.keys() | after.keys()):
            for each in self._of_artefact(before.get(key), after.get(key), sides.get(key), codes):
                yield _told(key, each)

    def _sides(self, url: str, old: Definitions, new: Definitions) -> tuple[Side, Side] | str:
        """The profile on both sides; as text, why it cannot be had on one of them."""
        try:
            return side_of(url, old, self.own[0]), side_of(url, new, self.own[1])
        except (DefinitionError, *STUMBLES) as error:
            return str(error) or repr(error)

    def _watch(self, pair: tuple[Side, Side]) -> tuple[Side, Side] | str:
        try:
            self.watched.update(_watched(pair))
        except STUMBLES as error:
            return repr(error)
        return pair

    def _of_artefact(
        self, old: Resource | None, new: Resource | None, sides: tuple[Side, Side] | str | None, codes: Codes
    ) -> Iterator[ElementChange]:
        if old is None:
            assert new is not None
            yield ElementChange("", "artefact", "added", "non-breaking", "", _title(new), "new")
            return
        if new is None:
            yield ElementChange("", "artefact", "removed", "breaking", _title(old), "", "gone")
            return
        try:
            yield from compare_wholes(old, new, self.own)
            yield from _inside(old, new, sides, codes, self.watched)
        except (DefinitionError, *STUMBLES) as error:
            yield ElementChange("", "snapshot", "changed", "breaking", "", str(error), "other")

    def _dependencies(self) -> Iterator[Change]:
        before, after = (dependencies_of(each.draft.manifest) for each in (self.old, self.new))
        for name in sorted(before.keys() | after.keys()):
            one, other = before.get(name, ""), after.get(name, "")
            if one != other:
                kind: Kind = "added" if not one else "removed" if not other else "changed"
                effect, why = UNSURE if one else SAME
                change = ElementChange(name, "dependency", kind, effect, one, other, why)
                yield _told(("package", self.new.name.partition("#")[0]), change)


_PROFILE = "StructureDefinition"


def _by_key(draft: Draft) -> Mapping[_Key, Resource]:
    found: dict[_Key, Resource] = {}
    for part in draft.artefacts:
        found.setdefault(_key(part), part.resource)
    return found


def _key(part: Part) -> _Key:
    return part.type, part.name.partition("|")[0]


def _inside(
    old: Resource, new: Resource, sides: tuple[Side, Side] | str | None, codes: Codes, watched: set[str]
) -> Iterator[ElementChange]:
    kind = new["resourceType"]
    if kind == "CodeSystem":
        yield from compare_code_systems(old, new)
    elif kind == "ValueSet":
        yield from compare_value_sets(str(new["url"]), old, new, codes, watched)
    elif isinstance(sides, tuple):
        yield from compare_profiles(*sides, codes)
    elif sides is not None and old.get("differential") != new.get("differential"):
        yield ElementChange("", "snapshot", "changed", "breaking", "", sides, "other")


def _watched(sides: tuple[Side, Side]) -> Iterator[str]:
    roots = [each.elements for each in sides]
    for side in sides:
        expressions = ""
        for element_id, element in side.elements.items():
            value_set = (element.definition.get("binding") or {}).get("valueSet")
            if isinstance(value_set, str) and decides_slice(element_id, roots):
                yield split_canonical(value_set)[0]
            for row in element.definition.get("constraint", ()):
                expressions += str(row.get("expression", "")) if "memberOf" in str(row.get("expression", "")) else ""
        for entry in side.catalog.entries("ValueSet") if expressions else ():
            if entry.url in expressions:
                yield entry.url


def _title(resource: Resource) -> str:
    return str(resource.get("title") or resource.get("name") or resource.get("id") or "")


def _told(key: _Key, change: ElementChange) -> Change:
    return Change(
        key[1],
        key[0],
        change.element,
        change.facet,
        change.kind,
        change.effect,
        change.before,
        change.after,
        sentence_of(change),
        WHYS[change.why],
    )
