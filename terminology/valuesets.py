"""Compiled value sets by canonical, with guards against cycles and endless nesting."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fhir_kernel.issues import issue
from fhir_kernel.resource import Resource, split_canonical
from terminology.checks import Verdict
from terminology.codesystems.loinc import LOINC
from terminology.codesystems.snomed import SNOMED_CT
from terminology.codesystems.ucum import UCUM
from terminology.compose import concepts_of, select_codes
from terminology.engine.content import supplemented
from terminology.findings import Finding
from terminology.limits import Limits
from terminology.selection import Selection, tested, undecided
from terminology.systems import Definitions, Systems
from terminology.tables.memory import nested_concepts

_IMPLICIT = {UCUM + "/vs": UCUM, LOINC + "/vs": LOINC, SNOMED_CT + "?fhir_vs": SNOMED_CT}
_SUPPLEMENT = "http://hl7.org/fhir/StructureDefinition/valueset-supplement"
_R4_VERSIONS = frozenset({"4.0.0", "4.0.1"})

Displays = Mapping[tuple[str, str], Mapping[str, str | None]]
"""By system and code, the displays, each with its language where that is stated."""


@dataclass(frozen=True, slots=True)
class CompiledValueSet:
    """A value set ready to be asked."""

    canonical: str
    selection: Selection
    is_held: bool = True


class ValueSets:
    """The value sets of one set of definitions, each compiled when it is first asked for."""

    def __init__(self, definitions: Definitions, systems: Systems, limits: Limits) -> None:
        self._definitions, self._systems, self._limits = definitions, systems, limits
        self._compiled: dict[str, CompiledValueSet] = {}
        self._active: dict[str, Selection] = {}
        """Those of value sets without their inactive concepts, for others that leave such out."""
        self._displays: dict[str, Displays] = {}
        self._open: list[str] = []
        self._compiling = threading.RLock()

    def get(self, canonical: str) -> CompiledValueSet:
        """The value set that `url` or `url|version` names; one that says why it cannot tell where none is loaded."""
        found = self._compiled.get(canonical)
        if found is not None:
            return found
        with self._compiling:
            if canonical not in self._compiled:
                self._compiled[canonical] = self._compile(canonical)
            return self._compiled[canonical]

    def displays(self, canonical: str) -> Displays:
        """The displays that the value set itself gives; read when the first display is checked, as they are bulky."""
        found = self._displays.get(canonical)
        if found is None:
            resource = self._find(canonical)
            found = self._displays[canonical] = self._own_displays(resource) if resource is not None else {}
        return found

    def _own_displays(self, value_set: Resource) -> Displays:
        found: dict[tuple[str, str], dict[str, str | None]] = {}
        for system, row in (*concepts_of(value_set), *self._supplements(value_set)):
            if displays := _displays_of(row):
                found.setdefault((system, row.get("code", "")), {}).update(displays)
        return found

    def _supplements(self, value_set: Resource) -> Iterator[tuple[str, Resource]]:
        """The concepts of the code system supplements that the value set asks for, with the system supplemented."""
        for each in value_set.get("extension", ()):
            canonical = each.get("valueCanonical") if each.get("url") == _SUPPLEMENT else None
            supplement = self._definitions.find(canonical, "CodeSystem") if canonical else None
            system = supplemented(supplement) if supplement is not None else None
            if supplement is not None and system is not None:
                yield from ((system, row) for row, _ in nested_concepts(supplement))

    def _compile(self, canonical: str, *, active_only: bool = False) -> CompiledValueSet:
        resource = self._find(canonical)
        if resource is None:
            return CompiledValueSet(canonical, self._not_loaded(canonical), is_held=False)
        self._open.append(canonical)
        try:
            selection = select_codes(resource, self._systems, self._nested, active_only=active_only)
        finally:
            self._open.pop()
        return CompiledValueSet(canonical, selection)

    def _find(self, canonical: str) -> Resource | None:
        """R4 binds to value sets of terminology.hl7.org as of its own version, which those value sets do not bear.

        A fragment names what the definition contains.
        """
        found = self._definitions.find(canonical, "ValueSet")
        url, version, fragment = split_canonical(canonical)
        if fragment is not None and (holder := self._definitions.find(canonical.partition("#")[0])) is not None:
            return _contained(holder, fragment)
        if found is None and version in _R4_VERSIONS and url.startswith("http://terminology.hl7.org/"):
            return self._definitions.find(url, "ValueSet")
        return found

    def _nested(self, canonical: str, active_only: bool) -> Selection:
        if canonical in self._open:
            return _cannot_tell("terminology.cyclic-value-set", value_set=canonical)
        if len(self._open) >= self._limits.nested_value_sets:
            return _cannot_tell(
                "terminology.deep-value-set", value_set=canonical, expected=self._limits.nested_value_sets
            )
        if not active_only:
            return self.get(canonical).selection
        if canonical not in self._active:
            self._active[canonical] = self._compile(canonical, active_only=True).selection
        return self._active[canonical]

    def _not_loaded(self, canonical: str) -> Selection:
        url, version, _ = split_canonical(canonical)
        for prefix, system in _IMPLICIT.items():
            if url == prefix:
                return tested(system, self._systems.get(system).find)
        other = self._definitions.find(url, "ValueSet") if version else None
        if other is None:
            return _cannot_tell("terminology.unknown-value-set", value_set=canonical)
        held = other.get("version", "one without version")
        return _cannot_tell("terminology.unknown-value-set-version", value_set=url, version=version, held=held)


def _displays_of(row: Resource) -> dict[str, str | None]:
    """The texts that a concept goes by, the preferred one first, each with its language where that is stated."""
    found: dict[str, str | None] = {}
    if isinstance(display := row.get("display"), str):
        found[display] = None
    for each in row.get("designation", ()):
        if isinstance(text := each.get("value"), str):
            language = each.get("language")
            found.setdefault(text, language if isinstance(language, str) else None)
    return found


def _contained(holder: Resource, fragment: str) -> Resource | None:
    inside = (each for each in holder.get("contained", ()) if each.get("resourceType") == "ValueSet")
    return next((each for each in inside if each.get("id") == fragment), None)


def _cannot_tell(issue_id: str, **params: object) -> Selection:
    return undecided(Finding(Verdict.UNKNOWN, issue(issue_id, "", **params)))
