"""Rules for ValueSet beyond its StructureDefinition: systems, concepts and filters that are included.

https://hl7.org/fhir/R4/valueset.html. What the invariants vsd-1 … vsd-10 say is left to them.
"""

from __future__ import annotations

from conformance.validator.context import Context, RuleTable
from conformance.validator.reference_forms import is_absolute
from conformance.validator.rules.knowledge_values import objects, part, rows, text
from conformance.validator.rules.publication import check_publication
from conformance.validator.rules.value_set_filters import check_filters
from fhir_kernel.resource import Resource
from terminology.checks import CodeQuery

IMPLICIT_VALUE_SETS = ("http://snomed.info/sct", "http://loinc.org/vs", "http://unitsofmeasure.org/vs")
"""How the URLs of value sets begin that a code system defines without a resource."""
_EXTERNAL = ("http://snomed.info/sct", "http://loinc.org", "http://unitsofmeasure.org")


def check_value_set(value_set: Resource, path: str, context: Context) -> None:
    """Every include and exclude, and what an expansion says of itself."""
    is_retired = value_set.get("status") == "retired"
    for name in ("include", "exclude"):
        for at, include in rows(part(value_set, "compose"), name):
            _check_include(include, value_set, f"{path}.compose.{name}[{at}]", is_retired, context)
    _check_expansion(value_set, path, context)
    check_publication(value_set, path, context)


RULES: RuleTable = {"ValueSet": (check_value_set,)}


def _check_include(include: Resource, value_set: Resource, path: str, is_retired: bool, context: Context) -> None:
    _check_imports(include, value_set, path, context)
    stated = text(include, "system")
    if stated is None:
        return
    system, version = _split_version(stated, text(include, "version"), path, context)
    if not is_absolute(system):
        problem = "value-set.system-fragment" if system.startswith("#") else "value-set.system-relative"
        context.report(problem, path, found=system)
        return
    code_system = context.catalog.find(f"{system}|{version}" if version else system, "CodeSystem")
    if not _check_system(code_system, system, path, context):
        return
    _check_concepts(include, CodeQuery("", system, version), path, is_retired, context)
    if not system.startswith(_EXTERNAL):
        check_filters(include, code_system, CodeQuery("", system, version), path, context)


def _split_version(stated: str, version: str | None, path: str, context: Context) -> tuple[str, str | None]:
    """The system without `|version`, which does not belong there."""
    system, bar, inner = stated.partition("|")
    if bar:
        severity = "error" if inner else "warning"
        context.report("value-set.system-with-version", path, found=stated, expected=system, severity=severity)
    return system, version or inner or None


def _check_imports(include: Resource, value_set: Resource, path: str, context: Context) -> None:
    imported = include.get("valueSet")
    names = imported if isinstance(imported, list) else []
    for at, canonical in enumerate(names):
        if not isinstance(canonical, str) or canonical.startswith(IMPLICIT_VALUE_SETS):
            continue
        if canonical.startswith("#"):
            found = _contained(value_set, canonical)
        else:
            found = context.catalog.find(canonical, "ValueSet") or context.catalog.find(canonical)
        place = f"{path}.valueSet[{at}]"
        if found is None:
            context.report("value-set.import-unknown", place, found=canonical)
        elif found.get("resourceType") != "ValueSet":
            context.report("value-set.import-wrong-type", place, found=found.get("resourceType"), url=canonical)
    if len(names) > 1:
        context.report("value-set.import-intersection", path, found=len(names))


def _contained(resource: Resource, reference: str) -> Resource | None:
    return next((each for each in objects(resource, "contained") if each.get("id") == reference[1:]), None)


def _check_system(code_system: Resource | None, system: str, path: str, context: Context) -> bool:
    """Whether the codes of `system` are worth checking."""
    if code_system is None:
        if context.catalog.find(system, "ValueSet") is not None:
            context.report("value-set.system-is-value-set", path, found=system)
            return False
        return True
    match code_system.get("content"):
        case "supplement":
            told = {"found": system, "expected": text(code_system, "supplements") or "-"}
            context.report("value-set.system-is-supplement", path, **told)
            return False
        case "example":
            context.report("value-set.system-is-example", path, found=system)
        case "fragment":
            context.report("value-set.system-is-fragment", path, found=system)
    return True


def _check_concepts(include: Resource, within: CodeQuery, path: str, is_retired: bool, context: Context) -> None:
    """Every code in its system; that the system is unknown is said once."""
    seen: set[str] = set()
    displays: set[bool] = set()
    told = {"system": within.system} | ({"severity": "warning"} if is_retired else {})
    for at, concept in rows(include, "concept"):
        code, place = text(concept, "code"), f"{path}.concept[{at}]"
        displays.add("display" in concept)
        if code is None:
            continue
        if code in seen:
            context.report("value-set.concept-twice", place, found=code)
            continue
        query = CodeQuery(code, within.system, within.version)
        unknown = None if seen else "value-set.system-unknown"
        context.check_code(query, place, "value-set.concept-unknown", on_unknown=unknown, found=code, **told)
        seen.add(code)
    if len(displays) > 1:
        context.report("value-set.displays-mixed", path)


def _check_expansion(value_set: Resource, path: str, context: Context) -> None:
    expansion = part(value_set, "expansion")
    if not expansion:
        return
    place = f"{path}.expansion"
    if not objects(expansion, "parameter"):
        context.report("value-set.expansion-without-parameters", place)
    if "identifier" not in expansion:
        context.report("value-set.expansion-without-identifier", place)
