"""Dimensions and the score itself: steps 4 and 5 of the formula.

Sums are rounded once (`math.fsum`), logarithms are those of `decimal`, which rounds them correctly: the same numbers
on every machine (https://docs.python.org/3/library/decimal.html#decimal.Context.ln).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from math import fsum

from conformance.scoring.expected import Expected
from conformance.scoring.measured import Measured
from conformance.scoring.model import Dimension
from conformance.scoring.policy import ScorePolicy

_CONTEXT = Context(prec=28, rounding=ROUND_HALF_EVEN)
_UNIT = Decimal("0.0001")


def dimensions(measured: Sequence[Measured], expected: Expected) -> dict[Dimension, float]:
    """By dimension, D = Σ s·v·L / Σ s·v over all rules that are expected."""
    weighted: dict[Dimension, list[float]] = {name: [] for name in expected.shares}
    weights: dict[Dimension, list[float]] = {name: [] for name in expected.shares}
    for each in measured:
        name, weight = each.entry.rule.dimension, each.entry.weight
        weighted[name].append(weight * each.lower)
        weights[name].append(weight)
    return {name: min(1.0, fsum(weighted[name]) / fsum(weights[name])) for name in expected.shares}


def score(values: Mapping[Dimension, float], expected: Expected, policy: ScorePolicy) -> Decimal:
    """S = 100 · Π max(D, floor)^w, to four decimals."""
    total = Decimal(0)
    for name in sorted(values):
        logarithm = _CONTEXT.ln(Decimal(max(values[name], policy.floor)))
        total = _CONTEXT.fma(Decimal(expected.shares[name]), logarithm, total)
    return scaled(Decimal(100), total)


def scaled(number: Decimal, logarithm: Decimal) -> Decimal:
    """A score times e to the power of something, between 0 and 100."""
    made = _CONTEXT.multiply(number, _CONTEXT.exp(logarithm))
    return min(Decimal(100), made).quantize(_UNIT, rounding=ROUND_HALF_EVEN)
