"""What a concept map makes of a code (https://hl7.org/fhir/R4/conceptmap.html#unmapped)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fhir_kernel.resource import Resource
from terminology.engine.maps import Group, Map, Maps, equivalence_of
from terminology.engine.messages import failure
from terminology.engine.options import parameter_value
from terminology.operation.translate_question import Question
from terminology.operation.translate_scope import MapScopes

_PROVIDED = frozenset({"provided", "use-source-code"})


@dataclass(frozen=True, slots=True)
class Match:
    """One mapping. `target` is None where the map says that there is none; `origin` is the map's canonical."""

    source: Resource
    target: Resource | None
    equivalence: str | None
    origin: str
    row: Resource = field(default_factory=dict)

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two matches the same translation."""
        target = self.target or {}
        ends = (self.source.get("system"), self.source.get("code"), target.get("system"), target.get("code"))
        return (*ends, self.equivalence)

    def products(self) -> list[Resource]:
        """Other elements that come of the mapping."""
        return [{"name": "product", "part": _product(each)} for each in self.row.get("product", ())]


class Translation:
    """Asks maps about codes; `unmet` are the elements whose values were needed and not given."""

    def __init__(self, question: Question, maps: Maps, scopes: MapScopes) -> None:
        self._question, self._maps, self._scopes = question, maps, scopes
        self.unmet: list[str] = []

    def of(self, coding: Resource, map_: Map) -> Iterator[Match]:
        """What the map makes of the coding. Raises OperationFailed where it refers to another that cannot be used."""
        found = self._backward(coding, map_) if self._question.backward else self._forward(coding, map_, (map_,))
        for match in found:
            if self._scopes.is_wanted(match.source, match.target, map_, self._question):
                yield match

    def _backward(self, coding: Resource, map_: Map) -> Iterator[Match]:
        names = self._names(coding["system"])
        for group in map_.groups:
            if group.is_to(names, coding.get("version")) and self._wants(group.source):
                for code, row in group.backward.get(coding["code"], ()):
                    source, target = _coding(group, "source", code), _target(group, row)
                    yield Match(source, target, equivalence_of(row), map_.canonical, row)

    def _forward(self, coding: Resource, map_: Map, path: tuple[Map, ...]) -> Iterator[Match]:
        """`path` are the maps on the way here; the first is the one that is asked."""
        names = self._names(coding["system"])
        for group in map_.groups:
            if not group.is_from(names, coding.get("version")) or not self._wants(group.target):
                continue
            rows = group.forward.get(coding["code"])
            if rows is None:
                yield from self._unmapped(coding, map_, group, path)
                continue
            source = _coding(group, "source", coding["code"])
            for row in rows:
                if self._holds(row):
                    yield Match(source, _target(group, row), equivalence_of(row), path[0].canonical, row)

    def _unmapped(self, coding: Resource, map_: Map, group: Group, path: tuple[Map, ...]) -> Iterator[Match]:
        unmapped = group.unmapped
        if unmapped is None or self._scopes.excludes(map_.source_scope, coding):
            return
        mode = unmapped.get("mode")
        if mode == "other-map":
            yield from self._in_other(coding, map_, unmapped, path)
            return
        if mode not in _PROVIDED and mode != "fixed":
            params = {"concept_map": map_.canonical, "found": mode}
            raise failure("concept-map-mode", chinese=self._scopes.chinese, **params)
        source = _coding(group, "source", coding["code"])
        row = {"code": coding["code"]} if mode in _PROVIDED else unmapped
        yield Match(source, _target(group, row), equivalence_of(unmapped), path[0].canonical)

    def _in_other(self, coding: Resource, map_: Map, unmapped: Resource, path: tuple[Map, ...]) -> Iterator[Match]:
        canonical = str(unmapped.get("url") or unmapped.get("otherMap") or "")
        url, _, version = canonical.partition("|")
        other = self._maps.find(url, version or None)
        chinese = self._scopes.chinese
        if other is None:
            raise failure("concept-map-unknown", chinese=chinese, concept_map=canonical)
        if any(each is other or each.canonical == other.canonical for each in path):
            pathway = ", ".join(each.canonical for each in (*path, other))
            raise failure("concept-map-circular", chinese=chinese, concept_map=map_.canonical, pathway=pathway)
        yield from self._forward(coding, other, (*path, other))

    def _names(self, system: str) -> frozenset[str]:
        return self._question.names_of(system, self._scopes.scope)

    def _wants(self, system: str | None) -> bool:
        wanted = self._question.wanted_system
        return wanted is None or system is None or system in self._names(wanted)

    def _holds(self, row: Resource) -> bool:
        """Whether every dependency of the mapping is met."""
        unmet = [
            str(each.get("property", each.get("attribute")))
            for each in row.get("dependsOn", ())
            if not any(given.meets(each) for given in self._question.dependencies)
        ]
        given = {each.element for each in self._question.dependencies}
        self.unmet += [element for element in unmet if element not in given]
        return not unmet


def _target(group: Group, row: Resource) -> Resource | None:
    code = row.get("code")
    return _coding(group, "target", code, row.get("display")) if isinstance(code, str) else None


def _coding(group: Group, side: str, code: str, display: str | None = None) -> Resource:
    system, version = (group.source, group.source_version) if side == "source" else (group.target, group.target_version)
    made = {"system": system, "version": version, "code": code, "display": display}
    return {key: value for key, value in made.items() if value is not None}


def _product(row: Resource) -> list[Resource]:
    value = row.get("value", parameter_value(row))
    parts: list[Resource] = [{"name": "element", "valueUri": row.get("property", row.get("attribute", ""))}]
    if isinstance(value, dict):
        return [*parts, {"name": "concept", "valueCoding": value}]
    concept = {"system": row.get("system"), "code": value, "display": row.get("display")}
    return [
        *parts,
        {"name": "concept", "valueCoding": {key: each for key, each in concept.items() if each is not None}},
    ]
