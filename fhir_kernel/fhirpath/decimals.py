"""Decimals as FHIRPath computes with them (https://hl7.org/fhirpath/N1/index.html#decimal)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

DIGITS = 34
_EXPONENT = 999
_WIDE = 4 * _EXPONENT


def arithmetic_context(digits: int = DIGITS) -> Context:
    """A context whose operations raise a DecimalException beyond an exponent of 999."""
    traps = [InvalidOperation, DivisionByZero, Overflow]
    return Context(prec=digits, rounding=ROUND_HALF_UP, Emax=_EXPONENT, Emin=-_EXPONENT, traps=traps)


def rounded(value: Decimal, places: int, mode: str = ROUND_HALF_UP) -> Decimal:
    """`value` with so many digits after the point, however many there are before it."""
    context = Context(prec=_WIDE, rounding=mode, Emax=_WIDE, Emin=-_WIDE)
    return value.quantize(Decimal(1).scaleb(-places), context=context)
