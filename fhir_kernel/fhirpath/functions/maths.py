"""Math (https://hl7.org/fhirpath/N1/index.html#math)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, DecimalException

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath.arithmetic import in_range
from fhir_kernel.fhirpath.decimals import arithmetic_context, rounded
from fhir_kernel.fhirpath.functions.signature import Function, scalar
from fhir_kernel.fhirpath.values import Item, Quantity


def _abs(value: Item) -> Item:
    if isinstance(value, Quantity):
        return Quantity(abs(value.value), value.unit, value.is_calendar)
    return abs(value)


def _rounded(mode: str) -> Callable[[Decimal], int | None]:
    return lambda value: in_range(int(value.to_integral_value(mode)))


def _round(value: Decimal, precision: int | None) -> Decimal | None:
    places = precision or 0
    if not 0 <= places <= 28:
        raise FhirPathEvaluationError(f"round() needs a precision from 0 to 28, found {places}")
    return rounded(value, places)


def _log(value: Decimal, base: Decimal) -> Decimal | None:
    if value <= 0 or base <= 0 or base == 1:
        return None
    context = arithmetic_context()
    found = context.divide(context.ln(value), context.ln(base))
    return _cleaned(found)


def _power(value: Item, exponent: Item) -> Item:
    if isinstance(value, int) and isinstance(exponent, int) and exponent >= 0:
        if abs(value) > 1 and exponent > 31:
            return None
        return in_range(value**exponent)
    if value < 0 and exponent != int(exponent):
        return None
    return _cleaned(arithmetic_context().power(Decimal(value), Decimal(exponent)))


def _cleaned(value: Decimal) -> Decimal:
    """Without the noise in the last digits that a transcendental function leaves."""
    return arithmetic_context(28).plus(value).normalize()


def _safe(run: Callable[..., Item]) -> Callable[..., Item]:
    """Overflow and results that are no real number are empty."""

    def wrapped(*values: Item) -> Item:
        try:
            return run(*values)
        except DecimalException:
            return None

    return wrapped


def _sqrt(value: Decimal) -> Decimal | None:
    return None if value < 0 else arithmetic_context().sqrt(value)


def _ln(value: Decimal) -> Decimal | None:
    return None if value <= 0 else arithmetic_context().ln(value)


_DECIMAL, _INTEGER = "System.Decimal", "System.Integer"

FUNCTIONS: dict[str, Function] = {
    "abs": scalar("Measure", _abs),
    "ceiling": scalar("Decimal", _safe(_rounded(ROUND_CEILING)), returns=_INTEGER),
    "floor": scalar("Decimal", _safe(_rounded(ROUND_FLOOR)), returns=_INTEGER),
    "truncate": scalar("Decimal", _safe(lambda value: in_range(int(value))), returns=_INTEGER),
    "round": scalar("Decimal", _safe(_round), "| Integer", returns=_DECIMAL),
    "exp": scalar("Decimal", _safe(lambda value: arithmetic_context().exp(value)), returns=_DECIMAL),
    "ln": scalar("Decimal", _safe(_ln), returns=_DECIMAL),
    "log": scalar("Decimal", _safe(_log), "Decimal", returns=_DECIMAL),
    "power": scalar("Number", _safe(_power), "Number"),
    "sqrt": scalar("Decimal", _safe(_sqrt), returns=_DECIMAL),
}
