"""The value that a finding is about, so masked that its form can be seen and nothing else."""

from __future__ import annotations

import re
from typing import Any

from fhir_kernel.resource import Resource

LONGEST = 60
_STEP = re.compile(r"(?P<name>[A-Za-z]\w*)(?:\[(?P<index>[0-9]+)\])?")
_INNER = ("value", "code", "reference", "text", "start", "coding")
"""What stands for an object: the first of these that it has."""


def masked(text: str) -> str:
    """Letters as x, digits as 9, Chinese characters as 某, all others as they are; at most 60 characters."""
    return "".join(map(_mask, text[:LONGEST]))


def masked_value(resource: Resource, path: str) -> str:
    """Of what stands at a FHIRPath location from the root of the resource; empty where that is nothing simple."""
    value: Any = resource
    for step in path.split(".")[1:]:
        found = _STEP.fullmatch(step)
        if found is None or not isinstance(value, dict):
            return ""
        value = value.get(found["name"])
        if found["index"] is not None:
            place = int(found["index"])
            value = value[place] if isinstance(value, list) and place < len(value) else None
    return masked(_simple(value))


def _simple(value: Any, depth: int = 3) -> str:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, dict) and depth:
        return _simple(next((value[name] for name in _INNER if name in value), None), depth - 1)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, (dict, list)) else str(value)


def _mask(character: str) -> str:
    if character.isdecimal():
        return "9"
    if _is_ideograph(character):
        return "某"
    return "x" if character.isalnum() else character


def _is_ideograph(character: str) -> bool:
    """https://www.unicode.org/charts/: the blocks of CJK Unified Ideographs."""
    return "㐀" <= character <= "鿿" or "豈" <= character <= "﫿" or character >= "\U00020000"
