"""Rules for SearchParameter beyond its invariants: its expression, and the parameter that it is derived from.

https://hl7.org/fhir/R4/searchparameter.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.validator.context import Context, RuleTable
from conformance.validator.rules.knowledge_values import rows, text
from fhir_kernel.errors import FhirPathError, FhirPathTypeError, LimitExceeded
from fhir_kernel.fhirpath import Engine
from fhir_kernel.resource import Resource

_SIGNS = re.compile(
    r"""[()\[\]{}|]|'(?:[^'\\]|\\.)*+(?:'|\\?\Z)|`(?:[^`\\]|\\.)*+(?:`|\\?\Z)|"(?:[^"\\]|\\.)*+(?:"|\\?\Z)""", re.DOTALL
)
"""Brackets, bars, and quoted texts as a whole."""


def check_search_parameter(resource: Resource, path: str, context: Context) -> None:
    """The expression can be read and fits the base types; what is derived agrees with what it is derived from."""
    bases = _bases(resource)
    engine = context.engine(as_filters=True)
    expression = text(resource, "expression")
    if expression is not None:
        _check_expression(expression, bases, f"{path}.expression", context, engine)
    for at, component in rows(resource, "component"):
        inner = text(component, "expression")
        if inner is not None:
            _check_expression(inner, [], f"{path}.component[{at}].expression", context, engine)
    master = text(resource, "derivedFrom")
    if master is not None:
        _check_derived(resource, master, path, context)


RULES: RuleTable = {"SearchParameter": (check_search_parameter,)}


def union_parts(expression: str) -> Iterator[str]:
    """The parts of an expression between `|` that stand outside of brackets and quotes."""
    start = open_brackets = 0
    if "|" in expression:
        for found in _SIGNS.finditer(expression):
            sign = found[0]
            if sign in "([{":
                open_brackets += 1
            elif sign in ")]}":
                open_brackets -= 1
            elif sign == "|" and open_brackets == 0:
                yield expression[start : found.start()].strip()
                start = found.end()
    yield expression[start:].strip()


def _bases(resource: Resource) -> list[str]:
    bases = resource.get("base")
    return [base for base in bases if isinstance(base, str)] if isinstance(bases, list) else []


def _check_expression(expression: str, bases: list[str], place: str, context: Context, engine: Engine) -> None:
    try:
        engine.compile(expression)
    except (FhirPathError, LimitExceeded) as error:
        context.report("search-parameter.expression", place, found=expression, reason=str(error))
        return
    types = [base for base in bases if base in context.catalog.model.types]
    for piece in union_parts(expression) if types else ():
        reason = _misfit(piece, types, engine)
        if reason is not None:
            told = {"found": piece, "expected": ", ".join(types), "reason": reason}
            context.report("search-parameter.expression-type", place, **told)


def _misfit(expression: str, types: list[str], engine: Engine) -> str | None:
    """Why the expression cannot be right for any of the types; None if it can be for one."""
    reason: str | None = None
    for type_name in types:
        try:
            engine.compile(expression, type_name, strict=True)
        except FhirPathTypeError as error:
            reason = str(error)
        else:
            return None
    return reason


def _check_derived(resource: Resource, url: str, path: str, context: Context) -> None:
    master = context.catalog.find(url, "SearchParameter")
    if master is None:
        context.report("search-parameter.unknown-origin", f"{path}.derivedFrom", found=url)
        return
    bases, allowed = _bases(resource), _bases(master)
    for at, base in enumerate(bases):
        if base not in allowed and "Resource" not in allowed:
            told = {"found": base, "expected": ", ".join(allowed), "origin": url}
            context.report("search-parameter.base-differs", f"{path}.base[{at}]", **told)
    found, expected = text(resource, "type"), text(master, "type")
    if found is not None and found != expected:
        context.report("search-parameter.type-differs", f"{path}.type", found=found, expected=expected, origin=url)
    found, expected = text(resource, "expression"), text(master, "expression")
    if found and expected and _parts_for(found, bases, context) != _parts_for(expected, bases, context):
        place = f"{path}.expression"
        context.report("search-parameter.expression-differs", place, found=found, expected=expected, origin=url)


def _parts_for(expression: str, bases: list[str], context: Context) -> set[str]:
    """The parts of a union, without those for other resource types than `bases`."""
    model = context.catalog.model
    parts = set(union_parts(expression))
    return {part for part in parts if (name := part.partition(".")[0]) in bases or not model.is_resource(name)}
