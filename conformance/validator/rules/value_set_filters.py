"""The filters of a ValueSet against the code system that they filter.

https://hl7.org/fhir/R4/codesystem.html#filters and https://hl7.org/fhir/R4/codesystem.html#defined-props
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from conformance.validator.context import Context
from conformance.validator.rules.code_system_properties import KNOWN_PROPERTIES
from conformance.validator.rules.knowledge_values import integer, number, objects, rows, text
from fhir_kernel.fhirpath import temporal
from fhir_kernel.resource import Resource
from terminology.checks import CodeQuery

_HIERARCHY = ("parent", "child", "partOf")
_CONCEPT = frozenset(("=", "in", "is-a", "descendent-of", "is-not-a", "generalizes", "not-in"))
_OPERATORS: Mapping[str, frozenset[str]] = {"concept": _CONCEPT, "code": _CONCEPT | {"regex"}}
_CODING = re.compile(r"(?P<system>[^|#\s]+)(?:\|(?P<version>[^#\s]+))?#(?P<code>\S(?:.*\S)?)")
_COMPARATOR = re.compile(r"^(?:eq|ne|gt|lt|ge|le|sa|eb|ap)")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a filter on one property may look like."""

    type: str | None
    """`code`, `Coding`, `boolean`, `integer`, `decimal`, `dateTime`; None or `string`: any value."""
    operators: frozenset[str]
    """Empty: any."""
    severity: str | None
    """For a value that is not a code of the system; None: not checked."""


def check_filters(
    include: Resource, code_system: Resource | None, within: CodeQuery, path: str, context: Context
) -> None:
    """The property, operator and value of every filter; `within` names the code system."""
    known = _known_properties(code_system)
    for at, row in rows(include, "filter"):
        name, place = text(row, "property"), f"{path}.filter[{at}]"
        if name is None:
            continue
        if name in known:
            _check_filter(row, name, _rule(name, code_system), within, place, context)
        else:
            severity = "warning" if code_system is not None else "information"
            told = {"found": name, "system": within.system, "expected": ", ".join(known)}
            context.report("value-set.filter-property-unknown", place, severity=severity, **told)


def _known_properties(code_system: Resource | None) -> list[str]:
    found = ["concept", "code", *(name for name in KNOWN_PROPERTIES if name not in _HIERARCHY)]
    if code_system is None:
        return found
    if "hierarchyMeaning" in code_system:
        found.extend(_HIERARCHY)
    for name in ("filter", "property"):
        found.extend(code for each in objects(code_system, name) if (code := text(each, "code")) and code not in found)
    return found


def _rule(name: str, code_system: Resource | None) -> Rule:
    operators = _declared_operators(name, code_system)
    for declared in objects(code_system, "property"):
        if text(declared, "code") == name:
            return Rule(text(declared, "type"), operators, "warning")
    if name in _OPERATORS:
        return Rule("code", operators | _OPERATORS[name], "error")
    return Rule(KNOWN_PROPERTIES.get(name), operators, "error" if name in _HIERARCHY else None)


def _declared_operators(name: str, code_system: Resource | None) -> frozenset[str]:
    found: set[str] = set()
    for declared in objects(code_system, "filter"):
        operators = declared.get("operator")
        if text(declared, "code") == name and isinstance(operators, list):
            found.update(each for each in operators if isinstance(each, str))
    return frozenset(found)


def _check_filter(row: Resource, name: str, rule: Rule, within: CodeQuery, path: str, context: Context) -> None:
    operator, value = text(row, "op"), text(row, "value")
    if operator is None or value is None:
        return
    told = {"property": name, "found": value}
    if rule.operators and operator not in rule.operators:
        allowed = ", ".join(sorted(rule.operators))
        context.report("value-set.filter-operator", path, property=name, found=operator, expected=allowed)
    if operator == "exists":
        if value not in ("true", "false"):
            context.report("value-set.filter-value", path, expected="true, false", **told)
    elif operator == "regex":
        _check_pattern(name, value, path, context)
    else:
        for each in value.split(",") if operator in ("in", "not-in") else (value,):
            _check_value(each, name, rule, within, path, context)


def _check_pattern(name: str, value: str, path: str, context: Context) -> None:
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError):
        context.report("value-set.filter-value", path, property=name, found=value, expected="a regular expression")
    if name == "concept":
        context.report("value-set.filter-operator", path, property=name, found="regex", expected="=, is-a, in …")


def _check_value(value: str, name: str, rule: Rule, within: CodeQuery, path: str, context: Context) -> None:
    told = {"property": name, "found": value}
    if rule.type == "Coding":
        _check_coding(value, name, path, context)
    elif rule.type == "code":
        if value != value.strip():
            context.report("value-set.filter-value", path, expected="a code without blanks around it", **told)
        elif rule.severity is not None:
            query = replace(within, code=value)
            unknown_code = "value-set.filter-code-unknown"
            context.check_code(query, path, unknown_code, system=within.system, severity=rule.severity, **told)
    elif rule.type in _FORMS and not _FORMS[rule.type](_COMPARATOR.sub("", value)):
        context.report("value-set.filter-value", path, expected=f"a value of type {rule.type}", **told)


def _check_coding(value: str, name: str, path: str, context: Context) -> None:
    coding = _CODING.fullmatch(value)
    if coding is None:
        context.report("value-set.filter-value", path, property=name, found=value, expected="system(|version)#code")
        return
    query = CodeQuery(coding["code"], coding["system"], coding["version"])
    told = {"property": name, "found": coding["code"], "system": coding["system"]}
    context.check_code(query, path, "value-set.filter-code-unknown", **told)


_FORMS = {
    "boolean": lambda value: value in ("true", "false"),
    "integer": lambda value: integer(value) is not None,
    "decimal": lambda value: number(value) is not None,
    "dateTime": lambda value: temporal.parse_datetime(value) is not None,
}
