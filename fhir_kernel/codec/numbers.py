"""Decimals as JSON and XML write them, to the digit (https://hl7.org/fhir/R4/datatypes.html#decimal)."""

from __future__ import annotations

from decimal import Decimal

MAX_INTEGER_DIGITS = 18
"""Whole numbers of more digits are kept as Decimal, since JSON writers stop at 64 bits."""
MAX_EXPONENT = 400
"""Beyond the range of a double; arithmetic on larger ones costs memory and time for nothing."""


def decimal_text(value: Decimal) -> str:
    """`value` with all its digits, trailing zeros included; an exponent only where there must be one."""
    text = str(value)
    if "E" in text and _is_fraction(value):
        return format(value, "f")
    return text


def whole_number(text: str) -> int | Decimal:
    """The number that the digits `text` write."""
    return int(text) if len(text.lstrip("-")) <= MAX_INTEGER_DIGITS else Decimal(text)


def _is_fraction(value: Decimal) -> bool:
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and -MAX_EXPONENT <= exponent <= 0
