"""Concept maps, and which of them lead from one code system to another (https://hl7.org/fhir/R4/conceptmap.html).

Maps are read as R4 writes them and, since clients send them too, as R5 does: relationship, scope, noMap, otherMap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

from fhir_kernel.resource import Resource, split_canonical
from terminology.engine.content import newest
from terminology.engine.edition import canonical_of
from terminology.engine.shape import check_resource
from terminology.engine.versions import version_key, version_matches
from terminology.tables.properties import elements

EQUIVALENCE_OF: Mapping[str, str] = MappingProxyType(
    {
        "related-to": "relatedto",
        "equivalent": "equivalent",
        "source-is-narrower-than-target": "wider",
        "source-is-broader-than-target": "narrower",
        "not-related-to": "disjoint",
    }
)
"""The equivalence of R4 that a relationship of R5 is."""
RELATIONSHIP_OF: Mapping[str, str] = MappingProxyType(
    {
        "relatedto": "related-to",
        "inexact": "related-to",
        "equivalent": "equivalent",
        "equal": "equivalent",
        "wider": "source-is-narrower-than-target",
        "subsumes": "source-is-narrower-than-target",
        "narrower": "source-is-broader-than-target",
        "specializes": "source-is-broader-than-target",
        "unmatched": "not-related-to",
        "disjoint": "not-related-to",
    }
)
"""The relationship of R5 that an equivalence of R4 is."""
_INVERSE = {"wider": "narrower", "narrower": "wider", "subsumes": "specializes", "specializes": "subsumes"}
NO_TRANSLATION = frozenset({"unmatched", "disjoint"})
"""The equivalences that say that there is no translation."""


def equivalence_of(row: Resource) -> str | None:
    """The equivalence of a target or of `unmapped`; None where neither it nor a relationship is stated."""
    stated = row.get("equivalence")
    return str(stated) if stated else EQUIVALENCE_OF.get(str(row.get("relationship")))


def inverse(equivalence: str | None) -> str | None:
    """How the source stands to the target where the target stands so to the source."""
    return _INVERSE.get(equivalence, equivalence) if equivalence is not None else None


class Group:
    """The mappings from one code system to another."""

    def __init__(self, row: Resource) -> None:
        self.row = row
        self.source, self.source_version = _system(row, "source")
        self.target, self.target_version = _system(row, "target")
        unmapped = row.get("unmapped")
        self.unmapped: Resource | None = unmapped if isinstance(unmapped, dict) else None

    @cached_property
    def forward(self) -> Mapping[str, Sequence[Resource]]:
        """By source code, its targets."""
        found: dict[str, list[Resource]] = {}
        for code, target in self._pairs():
            found.setdefault(code, []).append(target)
        return found

    @cached_property
    def backward(self) -> Mapping[str, Sequence[tuple[str, Resource]]]:
        """By target code, the source codes with the targets they are mapped by."""
        found: dict[str, list[tuple[str, Resource]]] = {}
        for code, target in self._pairs():
            if isinstance(target.get("code"), str):
                found.setdefault(target["code"], []).append((code, target))
        return found

    def is_from(self, systems: Collection[str], version: Any) -> bool:
        """Whether codes of one of `systems`, names of the same one, are mapped; a stated version must be the map's."""
        return _fits(self.source, self.source_version, systems, version)

    def is_to(self, systems: Collection[str], version: Any = None) -> bool:
        """Whether codes are mapped to one of `systems`."""
        return _fits(self.target, self.target_version, systems, version)

    def _pairs(self) -> Iterable[tuple[str, Resource]]:
        for element in self.row.get("element", ()):
            if isinstance(code := element.get("code"), str):
                for target in [{"equivalence": "unmatched"}] if element.get("noMap") else element.get("target", ()):
                    yield code, target


class Map:
    """One ConceptMap; it is looked into when it is first used."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.canonical = canonical_of(resource)
        self.source_scope = _scope(resource, "source")
        self.target_scope = _scope(resource, "target")

    @cached_property
    def groups(self) -> Sequence[Group]:
        """Raises OperationFailed where the resource is not built as it should be."""
        check_resource(self.resource)
        return tuple(Group(each) for each in self.resource.get("group", ()))

    def systems(self, side: str) -> set[str]:
        """The code systems on one side, `source` or `target`."""
        return {url for each in elements(self.resource, "group") if (url := _system(each, side)[0])}


class Maps:
    """Concept maps by what they map; of each URL only the newest are looked for by system. Does not change."""

    def __init__(self, resources: Iterable[Resource], below: Maps | None = None) -> None:
        """`below` are others that also count, but for those whose URL one of `resources` bears."""
        self._below = below
        self._by_url: dict[str, list[Map]] = {}
        for each in resources:
            made = Map(each)
            self._by_url.setdefault(str(each.get("url", "")), []).append(made)
        self._from: dict[str, list[Map]] = {}
        self._to: dict[str, list[Map]] = {}
        for made in sorted(self._newest(), key=lambda each: str(each.resource.get("date", "")), reverse=True):
            for system in made.systems("source"):
                self._from.setdefault(system, []).append(made)
            for system in made.systems("target"):
                self._to.setdefault(system, []).append(made)

    def find(self, url: str, version: str | None) -> Map | None:
        """The map in the version that is asked for, or the newest."""
        held = self._by_url.get(url, ())
        found = newest((each.resource for each in held), version)
        if found is None:
            return self._below.find(url, version) if self._below is not None else None
        return next(each for each in held if each.resource is found)

    def leading(self, systems: Collection[str], *, backward: bool) -> list[Map]:
        """The maps from, or `backward` to, a code system that goes by these names; those of the latest date first."""
        index = self._to if backward else self._from
        found = list(dict.fromkeys(each for system in systems for each in index.get(system, ())))
        if self._below is not None:
            below = self._below.leading(systems, backward=backward)
            found += [each for each in below if each.resource.get("url") not in self._by_url]
        return found

    def _newest(self) -> Iterable[Map]:
        for held in self._by_url.values():
            last = max(version_key(each.resource.get("version")) for each in held)
            yield from (each for each in held if version_key(each.resource.get("version")) == last)


def _system(row: Resource, side: str) -> tuple[str | None, str | None]:
    """The code system of one side of a group, with its version; R5 writes both as a canonical."""
    url, version, _ = split_canonical(str(row.get(side) or ""))
    return url or None, version or row.get(f"{side}Version")


def _scope(resource: Resource, side: str) -> str | None:
    """The value set that a map declares for one of its sides."""
    for name in (f"{side}Canonical", f"{side}Uri", f"{side}ScopeCanonical", f"{side}ScopeUri"):
        if isinstance(value := resource.get(name), str):
            return value
    return None


def _fits(system: str | None, version: str | None, systems: Collection[str], asked: Any) -> bool:
    if system is not None and system not in systems:
        return False
    return not version or not asked or version_matches(version, asked) or version_matches(asked, version)
