"""The value that a finding is about, so masked that its form can be seen and nothing else."""

from __future__ import annotations

import re
from typing import Any
from unicodedata import category

from fhir_kernel.resource import Resource

LONGEST = 60
_STEP = re.compile(r"(?P<name>[A-Za-z]\w*)(?:\[(?P<index>[0-9]+)\])?")
_SIGNS = ("Sm", "Sc", "Sk")
"""Categories of Unicode that are kept besides punctuation and blanks; of no others, such as marks that stand for
vowels, enclosed letters or characters for private use, in which rare names are written."""
_IDEOGRAPHS = (("\u2e80", "\u2fdf"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0010ffff"))
_INNER = ("value", "code", "reference", "text", "start", "coding")
"""What stands for an object: the first of these that it has."""


def masked(text: str) -> str:
    """Chinese characters as 某, digits as 9, signs that belong to no word as they are, all else as x; at most 60."""
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
    kind = category(character)
    return character if kind[0] in "PZ" or kind in _SIGNS else "x"


def _is_ideograph(character: str) -> bool:
    """https://www.unicode.org/charts/: the blocks of CJK Unified Ideographs, and of radicals, which look like them."""
    return any(first <= character <= last for first, last in _IDEOGRAPHS)
