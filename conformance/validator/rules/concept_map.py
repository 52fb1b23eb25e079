"""Rules for ConceptMap beyond its StructureDefinition: the systems, codes and relations that it maps.

https://hl7.org/fhir/R4/conceptmap.html. What the invariants cmd-1 … cmd-3 say is left to them.
"""

from __future__ import annotations

from dataclasses import replace

from conformance.validator.context import Context, RuleTable
from conformance.validator.rules.knowledge_values import rows, text
from conformance.validator.rules.publication import check_publication
from fhir_kernel.resource import Resource
from terminology.checks import CodeQuery

_PARTIAL = ("not-present", "example", "fragment")
_EXTERNAL = ("http://snomed.info/sct", "http://loinc.org")
_VALUE_SETS = {"source": ("sourceUri", "sourceCanonical"), "target": ("targetUri", "targetCanonical")}


def check_concept_map(concept_map: Resource, path: str, context: Context) -> None:
    """Every group: its two systems, that their codes exist, and that no mapping is there twice."""
    scopes = {side: _value_set(concept_map, side, path, context) for side in ("source", "target")}
    for at, group in rows(concept_map, "group"):
        place = f"{path}.group[{at}]"
        queries = {side: _check_system(group, side, scopes[side], place, context) for side in ("source", "target")}
        seen: dict[tuple[str, str | None], str] = {}
        for number, element in rows(group, "element"):
            inner = f"{place}.element[{number}]"
            _check_code(element, queries["source"], scopes["source"], inner, context)
            for index, target in rows(element, "target"):
                there = f"{inner}.target[{index}]"
                _check_code(target, queries["target"], scopes["target"], there, context)
                _check_mapping(text(element, "code"), target, seen, there, context)
    check_publication(concept_map, path, context)


RULES: RuleTable = {"ConceptMap": (check_concept_map,)}


def _value_set(concept_map: Resource, side: str, path: str, context: Context) -> str | None:
    """The value set of one side, where a loaded package holds it."""
    for name in _VALUE_SETS[side]:
        canonical = text(concept_map, name)
        if canonical is None:
            continue
        if context.catalog.find(canonical, "ValueSet") is not None:
            return canonical
        other = context.catalog.find(canonical)
        if other is not None:
            told = {"found": other.get("resourceType"), "url": canonical}
            context.report("concept-map.not-a-value-set", f"{path}.{side}", **told)
    return None


def _check_system(group: Resource, side: str, scope: str | None, path: str, context: Context) -> CodeQuery | None:
    """The question to ask of every code of one side; None where its system says too little."""
    system, version = text(group, side), text(group, f"{side}Version")
    if system is None:
        context.report("concept-map.no-system", path, expected=side)
        return None
    url, _, inner = system.partition("|")
    version = version or inner or None
    found = context.catalog.find(f"{url}|{version}" if version else url, "CodeSystem")
    if found is None and scope is None and url not in _EXTERNAL:
        context.report("concept-map.system-unknown", f"{path}.{side}", found=system)
    elif found is not None and found.get("content") in _PARTIAL and url not in _EXTERNAL:
        context.report("concept-map.system-partial", f"{path}.{side}", found=system, content=found["content"])
        return None
    return CodeQuery("", url, version)


def _check_code(row: Resource, within: CodeQuery | None, scope: str | None, path: str, context: Context) -> None:
    code = text(row, "code")
    if code is None or within is None:
        return
    query, problem = replace(within, code=code, value_set=scope), "concept-map.code-unknown"
    told = {"found": code, "system": within.system}
    if scope is not None:
        problem, told["value_set"] = "concept-map.code-not-in-value-set", scope
    context.check_code(query, f"{path}.code", problem, **told)


def _check_mapping(
    source: str | None, target: Resource, seen: dict[tuple[str, str | None], str], path: str, context: Context
) -> None:
    relation, code = text(target, "equivalence"), text(target, "code")
    if source is None or relation is None or target.get("dependsOn") or target.get("product"):
        return
    told = {"found": f"{source} → {code or '-'}", "relation": relation}
    before = seen.get((source, code))
    if before is None:
        seen[source, code] = relation
    elif before == relation:
        context.report("concept-map.mapping-twice", path, **told)
    else:
        context.report("concept-map.mapping-contradicts", path, expected=before, **told)
