"""A unit as a factor and powers of base units (https://ucum.org/ucum#section-Semantics)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from fhir_kernel.ucum.special import Scale

Powers = tuple[tuple[str, int], ...]
"""Base units with their exponents other than zero, in alphabetical order."""


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` times the product of `powers`. With `scale`, values convert by its function first, times `step`."""

    factor: Fraction
    powers: Powers = ()
    scale: Scale | None = None
    step: Fraction = Fraction(1)
    is_mixed: bool = False
    """A unit without ratio scale stands in a product: the code is well-formed, but converts to nothing."""

    def times(self, other: Unit) -> Unit:
        powers = dict(self.powers)
        for base, exponent in other.powers:
            powers[base] = powers.get(base, 0) + exponent
        return Unit(self.factor * other.factor, _sorted(powers), is_mixed=self._is_special or other._is_special)

    def to_the(self, exponent: int) -> Unit:
        if exponent == 1:
            return self
        powers = {base: power * exponent for base, power in self.powers}
        return Unit(self.factor**exponent, _sorted(powers), is_mixed=self._is_special)

    def prefixed(self, by: Fraction) -> Unit:
        if self.scale is not None:
            return Unit(self.factor, self.powers, self.scale, self.step * by)
        return Unit(self.factor * by, self.powers)

    @property
    def _is_special(self) -> bool:
        return self.scale is not None or self.is_mixed

    def to_base(self, value: Fraction) -> Fraction | None:
        """The value in base units; None where it has none."""
        if self.is_mixed:
            return None
        ratio = self.scale.to_ratio(value * self.step) if self.scale is not None else value
        return None if ratio is None else ratio * self.factor

    def from_base(self, value: Fraction) -> Fraction | None:
        """The value in this unit of a value in base units; None where it has none."""
        if self.is_mixed:
            return None
        ratio = value / self.factor
        if self.scale is None:
            return ratio
        scaled = self.scale.from_ratio(ratio)
        return None if scaled is None else scaled / self.step


ONE = Unit(Fraction(1))


def _sorted(powers: dict[str, int]) -> Powers:
    return tuple(sorted((base, exponent) for base, exponent in powers.items() if exponent))
