"""A small world to validate in: FHIR's core, and definitions that a test writes in a few lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from conformance.validator import Policy, Report, Validator
from conformance.validator.references import Resolver
from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.issues import Issue, Language
from fhir_kernel.resource import Resource
from terminology.local import LocalCodes

HOME = "http://example.org/fhir"
CORE = "http://hl7.org/fhir/StructureDefinition"
PATIENT: Resource = {"resourceType": "Patient"}
OBSERVATION: Resource = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}

LANGUAGES: tuple[Language, ...] = ("en", "zh")

core = cache(open_core)


@cache
def core_validator() -> Validator:
    return Validator(core(), LocalCodes(core()))


def world(*definitions: Resource, policy: Policy | None = None, resolver: Resolver | None = None) -> Validator:
    """A validator that knows FHIR's core and `definitions`."""
    if not definitions and policy is None and resolver is None:
        return core_validator()
    catalog = core().extended(definitions) if definitions else core()
    return Validator(catalog, LocalCodes(catalog), policy, resolver)


def check(
    resource: Resource, *definitions: Resource, policy: Policy | None = None, resolver: Resolver | None = None
) -> list[Issue]:
    """What is found in `resource` against the first of `definitions`, where there is one; the others are known too."""
    profiles = [definitions[0]["url"]] if definitions else []
    return list(world(*definitions, policy=policy, resolver=resolver).validate(resource, profiles).issues)


def check_core(resource: Resource, *definitions: Resource, policy: Policy | None = None) -> list[Issue]:
    """What is found in `resource` without a profile, where `definitions` are known too."""
    return list(world(*definitions, policy=policy).validate(resource).issues)


def places(issues: Iterable[Issue] | Report) -> list[tuple[str, str]]:
    """(id, path) of the errors."""
    rows = issues.issues if isinstance(issues, Report) else issues
    return [(each.id, each.path) for each in rows if each.is_error]


def the(issues: Sequence[Issue], issue_id: str) -> Issue:
    """The one issue `issue_id`, its message complete in both languages."""
    found = [each for each in issues if each.id == issue_id]
    assert len(found) == 1, [(each.id, each.path, each.text()) for each in issues]
    for language in LANGUAGES:
        assert not re.search(r"\{\w+\}", found[0].text(language)), "a gap in the message"
    return found[0]


def profile(type_name: str, *elements: Resource, name: str = "profile", **more: Any) -> Resource:
    """A profile on `type_name`, or on the profile that `base` names, by its differential."""
    base = more.pop("base", f"{CORE}/{type_name}")
    return {
        "resourceType": "StructureDefinition",
        "url": f"{HOME}/StructureDefinition/{name}",
        "version": "1.0.0",
        "name": "Profile",
        "status": "active",
        "kind": "complex-type" if type_name[0].islower() or _is_datatype(type_name) else "resource",
        "abstract": False,
        "type": type_name,
        "baseDefinition": base,
        "derivation": "constraint",
        "differential": {"element": list(elements)},
    } | more


def element(element_id: str, **facets: Any) -> Resource:
    """An ElementDefinition; path and slice name are those that its id says."""
    row: Resource = {"id": element_id, "path": re.sub(r":[^.]+", "", element_id)}
    last = element_id.rpartition(".")[2]
    if ":" in last:
        row["sliceName"] = last.partition(":")[2]
    return row | facets


def sliced(
    element_id: str, *discriminators: str, rules: str = "open", ordered: bool = False, **facets: Any
) -> Resource:
    """An ElementDefinition that is sliced; a discriminator is spelt `value:code`."""
    rows = [dict(zip(("type", "path"), each.split(":", 1), strict=True)) for each in discriminators]
    slicing: Resource = {"rules": rules, "ordered": ordered} | ({"discriminator": rows} if rows else {})
    return element(element_id, slicing=slicing, **facets)


def of_type(code: str, *profiles: str, targets: Sequence[str] = (), aggregation: Sequence[str] = ()) -> list[Resource]:
    """ElementDefinition.type with one type."""
    row: Resource = {"code": code}
    for name, stated in (("profile", profiles), ("targetProfile", targets), ("aggregation", aggregation)):
        if stated:
            row[name] = list(stated)
    return [row]


def constraint(key: str, expression: str, severity: str = "error", **more: Any) -> Resource:
    return {"key": key, "severity": severity, "human": f"the rule {key}", "expression": expression} | more


def extension(name: str, *elements: Resource, contexts: Sequence[str] = ("Element",), **more: Any) -> Resource:
    """The definition of an extension at `HOME`; a context is an element's path or `fhirpath:…`, `extension:…`."""
    url = f"{HOME}/StructureDefinition/{name}"
    rows = [each.split(":", 1) if ":" in each.partition("/")[0] else ["element", each] for each in contexts]
    context = [{"type": kind, "expression": text} for kind, text in rows]
    root = element("Extension", **({"isModifier": True} if more.pop("modifier", False) else {}))
    fixed = element("Extension.url", fixedUri=url)
    return profile("Extension", root, *elements, fixed, name=name, context=context, **more)


def value_set(name: str, *codes: str, system: str = f"{HOME}/CodeSystem/colours", **more: Any) -> Resource:
    """A value set of the codes given, or of all of `system`."""
    include: Resource = {"system": system} | ({"concept": [{"code": code} for code in codes]} if codes else {})
    compose = {"include": [include]}
    return {"resourceType": "ValueSet", "url": f"{HOME}/ValueSet/{name}", "status": "active", "compose": compose} | more


COLOURS: Resource = {
    "resourceType": "CodeSystem",
    "url": f"{HOME}/CodeSystem/colours",
    "status": "active",
    "content": "complete",
    "caseSensitive": True,
    "concept": [{"code": "red", "display": "Red"}, {"code": "blue", "display": "Blue"}, {"code": "green"}],
}


def binding(strength: str, value_set_name: str, max_value_set: str | None = None) -> Resource:
    """ElementDefinition.binding to a value set at `HOME`."""
    row: Resource = {"strength": strength, "valueSet": f"{HOME}/ValueSet/{value_set_name}"}
    if max_value_set is not None:
        url = f"{CORE}/elementdefinition-maxValueSet"
        row["extension"] = [{"url": url, "valueCanonical": f"{HOME}/ValueSet/{max_value_set}"}]
    return row


def _is_datatype(type_name: str) -> bool:
    return not core().model.is_resource(type_name)
