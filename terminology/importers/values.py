"""Turns the text of a cell into a value of a concept property (https://hl7.org/fhir/R4/codesystem.html#properties)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

_TRUE = frozenset({"true", "1", "yes", "y", "是", "真", "有"})
_FALSE = frozenset({"false", "0", "no", "n", "否", "假", "无"})
_DATE_TIME = re.compile(
    r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?"
)  # https://hl7.org/fhir/R4/datatypes.html#dateTime, the ranges of its parts apart


def _text(text: str) -> str:
    return text


def _integer(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError(text)
    return int(text)


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite():
        raise ValueError(text)
    return value


def _boolean(text: str) -> bool:
    word = text.casefold()
    if word not in _TRUE | _FALSE:
        raise ValueError(text)
    return word in _TRUE


def _date_time(text: str) -> str:
    if not _DATE_TIME.fullmatch(text):
        raise ValueError(text)
    return text


def _coding(text: str) -> dict[str, str]:
    system, bar, code = text.rpartition("|")
    if not code or (bar and not system):
        raise ValueError(text)
    return {"system": system, "code": code} if system else {"code": code}


CONVERSIONS: Mapping[str, tuple[str, Callable[[str], Any], str]] = {
    "code": ("valueCode", _text, "a code"),
    "string": ("valueString", _text, "a text"),
    "integer": ("valueInteger", _integer, "a whole number"),
    "decimal": ("valueDecimal", _decimal, "a number"),
    "boolean": ("valueBoolean", _boolean, "true or false, 是 or 否, 1 or 0"),
    "dateTime": ("valueDateTime", _date_time, "a date such as 2024-04-01"),
    "Coding": ("valueCoding", _coding, "system|code"),
}
"""By type of property the element it goes into, how it is read (ValueError where it cannot be), what is expected."""
