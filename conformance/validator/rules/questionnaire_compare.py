"""The order of two answers, as enableWhen, minValue and maxValue need it.

https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen.operator
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from conformance.validator.rules.knowledge_values import Typed, number, text
from conformance.validator.rules.questionnaire_quantity import compare_quantities
from fhir_kernel.fhirpath import temporal

_NUMBERS = ("decimal", "integer", "positiveInt", "unsignedInt")
_DATES = ("date", "dateTime", "instant")


def compare(a: Typed, b: Typed) -> int | None:
    """-1, 0 or 1 as `a` is less than, equal to or greater than `b`; None where they cannot be compared."""
    if a.type in _NUMBERS and b.type in _NUMBERS:
        return _order_numbers(number(a.value), number(b.value))
    if a.type in _DATES and b.type in _DATES:
        return compare_dates(a.value, b.value)
    if a.type == b.type == "Quantity":
        return compare_quantities(a.value, b.value)
    if a.type == b.type == "Reference":
        return None if text(a.value, "reference") is None else _order(a.value["reference"], b.value.get("reference"))
    return _order(a.value, b.value) if a.type == b.type else None


def compare_dates(a: Any, b: Any) -> int | None:
    """The order of two dates or date-times; None where their precision does not tell."""
    if not isinstance(a, str) or not isinstance(b, str):
        return None
    if a == b:
        return 0
    first, second = temporal.parse_datetime(a), temporal.parse_datetime(b)
    return temporal.compare(first, second) if first is not None and second is not None else None


def _order_numbers(a: Decimal | None, b: Decimal | None) -> int | None:
    return None if a is None or b is None else (a > b) - (a < b)


def _order(a: Any, b: Any) -> int | None:
    if isinstance(a, str) and isinstance(b, str):
        return (a > b) - (a < b)
    return a - b if isinstance(a, bool) and isinstance(b, bool) else None
