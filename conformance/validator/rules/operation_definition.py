"""Rules for OperationDefinition beyond its invariants: its parameters and the profiles that describe them agree.

https://hl7.org/fhir/R4/operationdefinition.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from conformance.validator.context import Context, RuleTable
from conformance.validator.rules.knowledge_values import extensions, rows, text
from conformance.validator.rules.operation_profile import Described, described_by
from fhir_kernel.errors import DefinitionError, UnknownDefinition
from fhir_kernel.resource import Resource

_ALLOWED_TYPE = "http://hl7.org/fhir/StructureDefinition/operationdefinition-allowed-type"
_OPEN_TYPES = ("Any", "Element", "Resource", "DomainResource")
"""Types under which the profile may choose."""
_STUMBLES = (LookupError, TypeError, AttributeError, ValueError)
"""What reading a profile of a wrong shape raises; its own validation says what is wrong with it."""


def check_operation_definition(resource: Resource, path: str, context: Context) -> None:
    """`inputProfile` and `outputProfile` describe the same parameters as the operation itself."""
    for element, use in (("inputProfile", "in"), ("outputProfile", "out")):
        canonical = text(resource, element)
        if canonical is not None:
            _check_profile(resource, canonical, use, f"{path}.{element}", context)


RULES: RuleTable = {"OperationDefinition": (check_operation_definition,)}


def _check_profile(resource: Resource, canonical: str, use: str, place: str, context: Context) -> None:
    described_parameters = _described(canonical, place, context)
    if described_parameters is None:
        return
    own = {str(row.get("name")): row for _, row in rows(resource, "parameter") if row.get("use") == use}
    seen = set()
    for described in described_parameters:
        seen.add(described.name)
        parameter = own.get(described.name)
        if parameter is None:
            told = {"found": described.name, "use": use, "profile_url": canonical}
            context.report("operation-definition.parameter-undefined", place, **told)
            continue
        for issue_id, params in _differences(parameter, described):
            told = {"parameter": described.name, "use": use, "profile_url": canonical}
            context.report(f"operation-definition.{issue_id}", place, **params, **told)
    for name in sorted(own.keys() - seen):
        told = {"found": name, "use": use, "profile_url": canonical}
        context.report("operation-definition.parameter-not-described", place, **told)


def _described(canonical: str, place: str, context: Context) -> list[Described] | None:
    """What the profile says of each parameter; None where that cannot be told, which is reported."""
    try:
        profile = context.catalog.structure(canonical)
        if profile["type"] == "Parameters":
            return list(described_by(profile))
    except UnknownDefinition:
        context.report("operation-definition.profile-unknown", place, found=canonical)
    except (DefinitionError, *_STUMBLES) as error:
        context.report("operation-definition.profile-broken", place, found=canonical, reason=str(error))
    else:
        context.report("operation-definition.profile-type", place, found=profile["type"], profile_url=canonical)
    return None


def _differences(parameter: Resource, described: Described) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the profile says otherwise: (end of the issue id, its parameters)."""
    for what, found in (("min", described.min), ("max", described.max)):
        expected = parameter.get(what)
        if expected is not None and str(expected) != found:
            yield "number-differs", {"what": what, "found": found, "expected": str(expected)}
    types = _types(parameter)
    if types and not any(each in _OPEN_TYPES for each in types):
        yield from _unlike("type", types, described.types)
    yield from _unlike("target", _targets(parameter), described.targets)


def _unlike(what: str, own: Sequence[str], described: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    extra = [each for each in described if each not in own]
    missing = [each for each in own if each not in described]
    if extra:
        yield f"{what}-added", {"found": _listed(extra), "expected": _listed(own)}
    if missing:
        yield f"{what}-missing", {"found": _listed(described), "expected": _listed(missing)}


def _types(parameter: Resource) -> list[str]:
    """The types that the operation allows; none for a parameter made of parts."""
    allowed = [row.get("valueUri") or row.get("valueCode") for row in extensions(parameter, _ALLOWED_TYPE)]
    return [each for each in allowed or (parameter.get("type"),) if isinstance(each, str)]


def _targets(parameter: Resource) -> list[str]:
    found = parameter.get("targetProfile")
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:8]) or "-"
    return shown if len(names) <= 8 else f"{shown} (+{len(names) - 8})"
