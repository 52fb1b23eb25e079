"""Rules for CodeSystem beyond its StructureDefinition: content, count, concepts, supplements, its value set.

https://hl7.org/fhir/R4/codesystem.html. What the invariants csd-0 and csd-1 say is left to them.
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.validator.context import Context, RuleTable
from conformance.validator.rules.code_system_properties import check_values, read_properties
from conformance.validator.rules.knowledge_values import integer, objects, part, rows, text
from conformance.validator.rules.publication import check_publication, is_hl7
from fhir_kernel.resource import Resource, split_canonical
from terminology.checks import CodeQuery

Concepts = list[tuple[Resource, str]]
"""Every concept, each with its FHIRPath location, in reading order."""


def check_code_system(code_system: Resource, path: str, context: Context) -> None:
    """What the code system says of itself, its properties and every concept."""
    concepts = list(_concepts(code_system, path))
    _check_meta(code_system, path, context)
    _check_content(code_system, concepts, path, context)
    _check_value_set(code_system, len(concepts), path, context)
    if text(code_system, "supplements") is not None:
        _check_supplement(code_system, concepts, path, context)
    _check_concepts(code_system, concepts, path, context)
    more = () if code_system.get("content") == "supplement" else ("content", "caseSensitive")
    check_publication(code_system, path, context, more)


RULES: RuleTable = {"CodeSystem": (check_code_system,)}


def _concepts(holder: Resource, path: str) -> Iterator[tuple[Resource, str]]:
    stack = [(row, f"{path}.concept[{at}]") for at, row in rows(holder, "concept")][::-1]
    while stack:
        concept, place = stack.pop()
        yield concept, place
        inner = [(row, f"{place}.concept[{at}]") for at, row in rows(concept, "concept")]
        stack.extend(reversed(inner))


def _check_meta(code_system: Resource, path: str, context: Context) -> None:
    content = code_system.get("content")
    if text(code_system, "supplements") is not None:
        if content is not None and content != "supplement":
            context.report("code-system.supplement-content", f"{path}.content", found=content)
        if "caseSensitive" in code_system:
            context.report("code-system.supplement-case-sensitive", f"{path}.caseSensitive")
        return
    if content == "supplement":
        context.report("code-system.nothing-supplemented", f"{path}.content")
    severity = "warning" if is_hl7(code_system) else "information"
    if "caseSensitive" not in code_system:
        context.report("code-system.element-missing", path, expected="caseSensitive", severity=severity)
    has_hierarchy = any(objects(concept, "concept") for concept in objects(code_system, "concept"))
    if has_hierarchy and "hierarchyMeaning" not in code_system:
        context.report("code-system.element-missing", path, expected="hierarchyMeaning", severity=severity)


def _check_content(code_system: Resource, concepts: Concepts, path: str, context: Context) -> None:
    content, stated, count = code_system.get("content"), integer(code_system.get("count")), len(concepts)
    place, told = f"{path}.count", {"found": stated, "expected": count}
    if content == "not-present" and concepts:
        context.report("code-system.concepts-not-present", f"{path}.concept[0]", found=count)
    elif content == "complete" and not concepts:
        context.report("code-system.complete-and-empty", path)
    if stated is None:
        return
    if content == "complete" and stated != count:
        context.report("code-system.count-differs", place, **told)
    elif content in ("example", "fragment") and stated <= count:
        context.report("code-system.count-of-part", place, content=content, **told)


def _check_value_set(code_system: Resource, count: int, path: str, context: Context) -> None:
    """The value set of all codes includes this code system and nothing else."""
    canonical = text(code_system, "valueSet")
    if canonical is None:
        return
    if code_system.get("content") != "complete":
        context.report("code-system.value-set-of-part", path, found=canonical)
    value_set = context.catalog.find(canonical, "ValueSet")
    if value_set is None:
        return
    url = text(code_system, "url")
    includes = objects(part(value_set, "compose"), "include")
    if len(includes) != 1:
        context.report("code-system.value-set-composed", path, found=canonical, url=url or "-")
    elif text(includes[0], "system") != url:
        told = {"found": text(includes[0], "system") or "-", "url": url or "-", "value_set": canonical}
        context.report("code-system.value-set-system", path, **told)
    elif any(includes[0].get(name) for name in ("valueSet", "concept", "filter")):
        context.report("code-system.value-set-selective", path, found=canonical, url=url or "-")
    else:
        expanded = len(objects(part(value_set, "expansion"), "contains"))
        if expanded not in (0, count) and len(objects(code_system, "concept")) == count:
            context.report("code-system.value-set-expansion", path, found=expanded, expected=count, url=canonical)


def _check_supplement(code_system: Resource, concepts: Concepts, path: str, context: Context) -> None:
    system, version, _ = split_canonical(code_system["supplements"])
    for at, (concept, place) in enumerate(concepts):
        code = text(concept, "code")
        if code is not None:
            unknown = None if at else "code-system.supplement-not-checked"
            query = CodeQuery(code, system, version)
            told = {"found": code, "system": system}
            context.check_code(query, place, "code-system.supplement-unknown-code", on_unknown=unknown, **told)
    base = context.catalog.find(code_system["supplements"], "CodeSystem")
    mine, theirs = code_system.get("hierarchyMeaning"), (base or {}).get("hierarchyMeaning")
    if mine is not None and theirs is not None and mine != theirs:
        context.report("code-system.supplement-hierarchy", path, found=mine, expected=theirs)


def _check_concepts(code_system: Resource, concepts: Concepts, path: str, context: Context) -> None:
    properties = read_properties(code_system, path, context)
    base = text(code_system, "supplements")
    codes: set[str] = set()
    for concept, place in concepts:
        code = text(concept, "code")
        if code is not None and code in codes:
            context.report("code-system.code-twice", place, found=code)
        elif code is not None:
            codes.add(code)
        _check_designations(concept, text(code_system, "language"), place, context)
    for concept, place in concepts:
        check_values(concept, properties, codes, split_canonical(base)[0] if base else None, place, context)
    if is_hl7(code_system) and base is None:
        _check_described(concepts, context)


def _check_designations(concept: Resource, language: str | None, path: str, context: Context) -> None:
    """A designation of no stated use in the language of the display says the same thing twice, or another."""
    display = text(concept, "display")
    for at, designation in rows(concept, "designation"):
        value = text(designation, "value")
        is_plain = "use" not in designation and designation.get("language") in (None, language)
        if is_plain and display is not None and value not in (None, display):
            context.report("code-system.designation-clash", f"{path}.designation[{at}]", found=value, expected=display)


def _check_described(concepts: Concepts, context: Context) -> None:
    """HL7 wants a display and a definition of every concept; the first that lacks one is named."""
    for name in ("display", "definition"):
        lacking = next((place for concept, place in concepts if name not in concept), None)
        if lacking is not None:
            context.report("code-system.concept-undescribed", lacking, expected=name)
