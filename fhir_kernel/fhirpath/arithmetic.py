"""`+ - * / div mod` and the sign, over numbers, strings, dates and quantities.

https://hl7.org/fhirpath/N1/index.html#math. Overflow and division by zero give the empty collection (None).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath import temporal
from fhir_kernel.fhirpath.convert import type_of
from fhir_kernel.fhirpath.decimals import arithmetic_context
from fhir_kernel.fhirpath.quantities import duration_unit, in_unit_of, product, quotient
from fhir_kernel.fhirpath.values import Date, DateTime, Item, Quantity, Temporal, Time

Operation = Callable[[Item, Item], Item]

_INTEGER_RANGE = (-(2**31), 2**31 - 1)
_TEMPORAL = (Date, DateTime, Time)


def calculate(operator: str, left: Item, right: Item) -> Item:
    """`left operator right` of two System values; None is the empty collection.

    Raises FhirPathEvaluationError where the operator is not defined for the two types.
    """
    if left.__class__ is int and right.__class__ is int and operator in _ON_INTEGERS:
        return in_range(_ON_INTEGERS[operator](left, right))
    kinds = (_kind(left), _kind(right))
    operation = _OPERATIONS.get((operator, *kinds))
    if operation is None:
        raise FhirPathEvaluationError(f"'{operator}' is not defined for {type_of(left)} and {type_of(right)}")
    try:
        return operation(left, right)
    except DecimalException:
        return None


def negate(value: Item) -> Item:
    """`-value`. Raises FhirPathEvaluationError where it is no number and no quantity."""
    if isinstance(value, Quantity):
        return Quantity(-value.value, value.unit, value.is_calendar)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise FhirPathEvaluationError(f"the sign '-' is not defined for {type_of(value)}")
    return value.copy_negate() if isinstance(value, Decimal) else -value


def in_range(value: int) -> int | None:
    """`value`, or None where it is no 32-bit integer."""
    return value if _INTEGER_RANGE[0] <= value <= _INTEGER_RANGE[1] else None


def _kind(value: Item) -> str:
    if value.__class__ is int or value.__class__ is Decimal:
        return "number"
    if isinstance(value, _TEMPORAL):
        return "temporal"
    return {Quantity: "quantity", str: "string"}.get(value.__class__, "other")


def _divide(a: Item, b: Item) -> Item:
    return None if b == 0 else arithmetic_context().divide(Decimal(a), Decimal(b))


def _div(a: Item, b: Item) -> Item:
    if b == 0:
        return None
    return in_range(int(arithmetic_context().divide_int(Decimal(a), Decimal(b))))


def _mod(a: Item, b: Item) -> Item:
    if b == 0:
        return None
    rest = arithmetic_context().remainder(Decimal(a), Decimal(b))
    return int(rest) if isinstance(a, int) and isinstance(b, int) else rest


def _add_quantities(a: Quantity, b: Quantity, sign: int = 1) -> Item:
    converted = in_unit_of(b, a)
    return (
        None
        if converted is None
        else Quantity(arithmetic_context().add(a.value, sign * converted), a.unit, a.is_calendar)
    )


def _move(value: Temporal, by: Quantity, sign: int = 1) -> Item:
    unit = duration_unit(by)
    if unit is None:
        raise FhirPathEvaluationError(f"a date or time cannot be moved by {by}: a duration is needed")
    moved = temporal.add(value, by.value * sign, unit)
    if moved is None and isinstance(value, Time):
        raise FhirPathEvaluationError(f"a time cannot be moved by {by}")
    return moved


def _scaled(a: Item, b: Item) -> Item:
    quantity, factor = (a, b) if isinstance(a, Quantity) else (b, a)
    value = arithmetic_context().multiply(quantity.value, Decimal(factor))
    return Quantity(value, quantity.unit, quantity.is_calendar)


_ON_INTEGERS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
}

_OPERATIONS: dict[tuple[str, str, str], Operation] = {
    ("+", "number", "number"): lambda a, b: arithmetic_context().add(Decimal(a), Decimal(b)),
    ("-", "number", "number"): lambda a, b: arithmetic_context().subtract(Decimal(a), Decimal(b)),
    ("*", "number", "number"): lambda a, b: arithmetic_context().multiply(Decimal(a), Decimal(b)),
    ("/", "number", "number"): _divide,
    ("div", "number", "number"): _div,
    ("mod", "number", "number"): _mod,
    ("+", "string", "string"): lambda a, b: a + b,
    ("+", "quantity", "quantity"): _add_quantities,
    ("-", "quantity", "quantity"): lambda a, b: _add_quantities(a, b, -1),
    ("*", "quantity", "quantity"): product,
    ("/", "quantity", "quantity"): quotient,
    ("*", "quantity", "number"): _scaled,
    ("*", "number", "quantity"): _scaled,
    ("/", "quantity", "number"): lambda a, b: quotient(a, Quantity(Decimal(b), "1")),
    ("+", "temporal", "quantity"): _move,
    ("-", "temporal", "quantity"): lambda a, b: _move(a, b, -1),
}
