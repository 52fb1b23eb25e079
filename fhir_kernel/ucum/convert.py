"""Conversions between units (https://ucum.org/ucum#section-Semantics)."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

from fhir_kernel.issues import Issue
from fhir_kernel.ucum.parser import parse
from fhir_kernel.ucum.unit import Powers, Unit

_DIGITS = Context(prec=28)
_LARGEST_EXPONENT = 400


def fault(unit: str) -> Issue | None:
    """Why `unit` is no UCUM code, as an issue without a place; None where it is one."""
    found = parse(unit)
    return found if isinstance(found, Issue) else None


def validate(unit: str) -> str | None:
    """Why `unit` is no UCUM code, as a clause in English; None where it is one."""
    found = fault(unit)
    return None if found is None else found.text()


def comparable(left: str, right: str) -> bool:
    """Whether values in one unit convert to the other."""
    one, other = parse(left), parse(right)
    if isinstance(one, Issue) or isinstance(other, Issue):
        return False
    return one.powers == other.powers and not one.is_mixed and not other.is_mixed


def convert(value: Decimal, from_unit: str, to_unit: str) -> Decimal | None:
    """The value in `to_unit`, to 28 digits; None where the units do not compare or the value is out of range."""
    if not comparable(from_unit, to_unit):
        return None
    source, target, exact = parse(from_unit), parse(to_unit), _fraction(value)
    assert isinstance(source, Unit)
    assert isinstance(target, Unit)
    in_base = source.to_base(exact) if exact is not None else None
    converted = target.from_base(in_base) if in_base is not None else None
    return _decimal(converted) if converted is not None else None


def canonical(value: Decimal, unit: str) -> tuple[Decimal, str] | None:
    """The value in base units and their code, such as `g.m-1.s-2`; None where there is no such form."""
    found, exact = parse(unit), _fraction(value)
    if isinstance(found, Issue) or exact is None:
        return None
    in_base = found.to_base(exact)
    return None if in_base is None else (_decimal(in_base), _code(found.powers))


def _code(powers: Powers) -> str:
    return ".".join(base if exponent == 1 else f"{base}{exponent}" for base, exponent in powers) or "1"


def _fraction(value: Decimal) -> Fraction | None:
    """The exact value; None for what is no number or would take endless digits."""
    if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
        return None
    return Fraction(value)


def _decimal(value: Fraction) -> Decimal:
    return _DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))
