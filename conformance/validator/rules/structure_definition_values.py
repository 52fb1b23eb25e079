"""Rules for fixed values, patterns and defaults: of a type that the element has, within those of the base.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.fixed_x_
"""

from __future__ import annotations

from typing import Any

from conformance.validator.rules.knowledge_values import choice
from conformance.validator.rules.structure_definition_subject import Subject
from fhir_kernel.definitions.snapshot.sources import type_codes
from fhir_kernel.resource import Resource

_VALUES = ("fixed", "pattern", "defaultValue")


def check_values(subject: Subject, element: Resource, view: str, place: str) -> None:
    """The values of one element."""
    if any(key.startswith(_VALUES) for key in element):
        whole = subject.in_snapshot(element, view)
        for name in _VALUES:
            typed = choice(element, name)
            if typed is not None and whole is not None:
                _check_type(subject, whole, typed.type, f"{place}.{name}")
    if view == "differential":
        _check_against_base(subject, element, place)


def covers(value: Any, pattern: Any) -> bool:
    """Whether `value` has everything that `pattern` has; items of lists may stand anywhere."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(covers(value.get(key), part) for key, part in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(covers(item, part) for item in value) for part in pattern)
    return bool(value == pattern)


def _check_type(subject: Subject, element: Resource, found: str, place: str) -> None:
    path = str(element.get("path"))
    codes = type_codes(element) if "." in path else [subject.type]
    if codes and found not in codes and not path.endswith(".id"):
        subject.report("value-type", place, found=found, expected=", ".join(codes))


def _check_against_base(subject: Subject, element: Resource, place: str) -> None:
    base = subject.in_base(element)
    if base is None:
        return
    there = choice(base, "fixed")
    is_fixed = there is not None
    there = there or choice(base, "pattern")
    if there is None:
        return
    for name in ("fixed", "pattern"):
        said = choice(element, name)
        if said is None:
            continue
        narrows = said.value == there.value if is_fixed and name == "fixed" else covers(said.value, there.value)
        if is_fixed and name == "pattern":
            narrows = covers(there.value, said.value)
        if said.type != there.type or not narrows:
            subject.report("value-differs", f"{place}.{name}", found=said.value, expected=there.value)
