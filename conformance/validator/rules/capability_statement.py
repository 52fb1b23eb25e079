"""Rules for CapabilityStatement beyond its invariants: what it names must fit the place where it is named.

https://hl7.org/fhir/R4/capabilitystatement.html
"""

from __future__ import annotations

from collections.abc import Sequence

from conformance.validator.context import Context, RuleTable
from conformance.validator.rules.knowledge_values import rows, text
from fhir_kernel.resource import Resource


def check_capability_statement(resource: Resource, path: str, context: Context) -> None:
    """Search parameters, profiles and operations agree with the definitions that they name."""
    for at, rest in rows(resource, "rest"):
        place = f"{path}.rest[{at}]"
        _check_search_parameters(rest, None, place, context)
        for number, row in rows(rest, "resource"):
            _check_resource(row, f"{place}.resource[{number}]", context)


RULES: RuleTable = {"CapabilityStatement": (check_capability_statement,)}


def _check_resource(row: Resource, place: str, context: Context) -> None:
    type_name = text(row, "type")
    _check_search_parameters(row, type_name, place, context)
    if type_name is None:
        return
    _check_profile(text(row, "profile"), type_name, f"{place}.profile", context)
    for at, canonical in enumerate(_texts(row, "supportedProfile")):
        _check_profile(canonical, type_name, f"{place}.supportedProfile[{at}]", context)
    for at, operation in rows(row, "operation"):
        _check_operation(operation, type_name, f"{place}.operation[{at}]", context)


def _check_search_parameters(owner: Resource, type_name: str | None, place: str, context: Context) -> None:
    for at, row in rows(owner, "searchParam"):
        canonical = text(row, "definition")
        definition = context.catalog.find(canonical, "SearchParameter") if canonical else None
        if definition is None:
            continue  # a canonical that names nothing, or something else, is reported as such
        here = f"{place}.searchParam[{at}]"
        told = (
            {"severity": "warning"} if type_name is None else {}
        )  # R4's own give `_sort` other parameters' definitions
        _compare(row, "type", definition, "type", here, context, **told)
        _compare(row, "name", definition, "code", here, context)
        bases = _texts(definition, "base")
        if type_name is not None and not _is_one_of(type_name, bases, context):
            facts = {"found": type_name, "expected": ", ".join(bases), "definition": canonical}
            context.report("capability-statement.search-base", f"{here}.definition", **facts)


def _compare(
    row: Resource, element: str, definition: Resource, defining: str, place: str, context: Context, **told: str
) -> None:
    found, expected = text(row, element), text(definition, defining)
    if found is not None and expected is not None and found != expected:
        told |= {"found": found, "expected": expected, "definition": row["definition"]}
        context.report(f"capability-statement.search-{element}", f"{place}.{element}", **told)


def _check_profile(canonical: str | None, type_name: str, place: str, context: Context) -> None:
    profile = context.catalog.find(canonical, "StructureDefinition") if canonical else None
    expected = text(profile, "type")
    if expected is not None and not _is_one_of(type_name, [expected], context):
        told = {"found": expected, "expected": type_name, "profile_url": canonical}
        context.report("capability-statement.profile-type", place, **told)


def _check_operation(row: Resource, type_name: str, place: str, context: Context) -> None:
    canonical = text(row, "definition")
    operation = context.catalog.find(canonical, "OperationDefinition") if canonical else None
    types = _texts(operation, "resource")
    if not _is_one_of(type_name, types, context):
        told = {"found": type_name, "expected": ", ".join(types), "operation": canonical}
        context.report("capability-statement.operation-type", f"{place}.definition", **told)


def _is_one_of(type_name: str, allowed: Sequence[str], context: Context) -> bool:
    """Whether a type is one of those allowed, or derived from one; any is, where none is named or it is not known."""
    model = context.catalog.model
    return not allowed or type_name not in model.types or any(model.is_a(type_name, each) for each in allowed)


def _texts(owner: Resource | None, name: str) -> list[str]:
    found = owner.get(name) if owner is not None else None
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
