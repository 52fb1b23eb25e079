"""Membership in a contained value set, as far as the value set itself tells.

https://hl7.org/fhir/R4/valueset.html#compositions
"""

from __future__ import annotations

from typing import NamedTuple

from conformance.validator.rules.knowledge_values import objects, part, text
from fhir_kernel.resource import Resource
from terminology.checks import CodeQuery, Verdict


class Membership(NamedTuple):
    """Is `code` of `system` a member? `system` None means that the value set says the system."""

    code: str
    system: str | None


def contained_value_set(container: Resource, reference: str) -> Resource | None:
    """The ValueSet that `#id` means within `container`."""
    wanted = reference[1:]
    for resource in objects(container, "contained"):
        if resource.get("id") == wanted and resource.get("resourceType") == "ValueSet":
            return resource
    return None


def membership(value_set: Resource, asked: Membership) -> Verdict | CodeQuery:
    """The answer where the value set enumerates its codes, else the question that decides it, else UNKNOWN."""
    compose = part(value_set, "compose")
    includes = objects(compose, "include")
    if not includes:
        return _in_expansion(value_set, asked)
    if objects(compose, "exclude"):
        return Verdict.UNKNOWN
    if any(_enumerates(include, asked) for include in includes):
        return Verdict.IN
    rest = [include for include in includes if not objects(include, "concept")]
    rest = [include for include in rest if asked.system is None or text(include, "system") in (None, asked.system)]
    if not rest:
        return Verdict.OUT
    return _only_question(rest[0], asked) if len(rest) == 1 else Verdict.UNKNOWN


def _enumerates(include: Resource, asked: Membership) -> bool:
    if asked.system is not None and text(include, "system") != asked.system:
        return False
    if include.get("valueSet") or include.get("filter"):
        return False
    return any(concept.get("code") == asked.code for concept in objects(include, "concept"))


def _only_question(include: Resource, asked: Membership) -> Verdict | CodeQuery:
    imported = include.get("valueSet")
    if include.get("filter"):
        return Verdict.UNKNOWN
    if imported:
        single = isinstance(imported, list) and len(imported) == 1 and text(include, "system") is None
        if single and isinstance(imported[0], str):
            return CodeQuery(asked.code, asked.system, value_set=imported[0])
        return Verdict.UNKNOWN
    system = text(include, "system")
    return CodeQuery(asked.code, system, text(include, "version")) if system else Verdict.UNKNOWN


def _in_expansion(value_set: Resource, asked: Membership) -> Verdict:
    stack = objects(part(value_set, "expansion"), "contains")
    if not stack:
        return Verdict.UNKNOWN
    while stack:
        row = stack.pop()
        if row.get("code") == asked.code and asked.system in (None, row.get("system")) and not row.get("abstract"):
            return Verdict.IN
        stack.extend(objects(row, "contains"))
    return Verdict.OUT
