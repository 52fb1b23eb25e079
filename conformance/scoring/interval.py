"""The interval of a score by a cluster bootstrap over days: step 6 of the formula.

All records of a day are drawn or left out together, and with them all of a patient on that day. The statistic that is
drawn is the logarithm of the score, linear in the days, so that ten thousand institutions take seconds: each day has
its influence, a whole number, and each draw is the sum of the influences of the days drawn.

All draws are made at once: one number of `draws` lanes of 64 bits for each day holds how often each draw has the day.
Everything is counted in whole numbers, so a seed gives the same interval on every machine. The generator is
`random.Random.random()`, which alone is promised to stay as it is
(https://docs.python.org/3/library/random.html#notes-on-reproducibility).
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import mul
from random import Random

from conformance.scoring.expected import Expected
from conformance.scoring.formula import scaled
from conformance.scoring.measured import Measured
from conformance.scoring.model import Dimension
from conformance.scoring.policy import ScorePolicy
from conformance.scoring.sheet import Sheet
from conformance.scoring.wilson import slopes

_SCALE = 2**44
"""Of a slope, so that its products with counters fit into a machine word."""
_COARSE = 2**24
"""Of an influence: steps of 6·10⁻⁸ in the logarithm of the score."""
_LANE = 64
_BIAS = 2 ** (_LANE - 1)


def interval(
    point: Decimal, influences: Sequence[int], busy: int, policy: ScorePolicy, seed: int
) -> tuple[Decimal, Decimal]:
    """The limits that leave out `tail` of the draws at either end; from 0 to 100 where too few days are `busy`."""
    if busy < policy.least_days:
        return Decimal(0), Decimal(100)
    days = _draws(seed, policy.draws, len(influences))
    ones = _ones(policy.draws)
    moved = sum(map(mul, influences, days)) + (_BIAS - sum(influences)) * ones
    drawn = sorted(array("Q", moved.to_bytes(policy.draws * _LANE // 8, sys.byteorder)))
    cut = int(policy.draws * policy.tail)
    low, high = drawn[cut] - _BIAS, drawn[-1 - cut] - _BIAS
    return scaled(point, Decimal(min(0, low)) / _COARSE), scaled(point, Decimal(max(0, high)) / _COARSE)


def influence(
    sheet: Sheet,
    measured: Sequence[Measured],
    values: Mapping[Dimension, float],
    expected: Expected,
    policy: ScorePolicy,
) -> list[int]:
    """By day, by how much its records move the logarithm of the score."""
    slope = _slopes(measured, values, expected, policy)
    width, half = sheet.layout.width, len(slope)
    made = [0] * sheet.layout.period.days
    for day in sheet.busy:
        begin = day * width
        made[day] = sum(map(mul, slope, sheet.counts[begin : begin + half])) * _COARSE // _SCALE
    return made


def _slopes(
    measured: Sequence[Measured], values: Mapping[Dimension, float], expected: Expected, policy: ScorePolicy
) -> list[int]:
    """What one record that passes, and one that fails, adds, by the columns of the sheet."""
    rules = len(expected.layout.pack.rules)
    made = [0] * (2 * rules)
    weights = dict.fromkeys(values, 0.0)
    for each in measured:
        weights[each.entry.rule.dimension] += each.entry.weight
    rates = {
        name: expected.shares[name] / (value * weights[name]) if value > policy.floor else 0.0
        for name, value in values.items()
    }
    for each in measured:
        if not each.moves:
            continue
        rate = rates[each.entry.rule.dimension] * each.entry.weight / each.effect * _SCALE
        by_passed, by_judged = slopes(each.passed / each.effect, each.judged / each.effect, policy.z)
        if each.entry.rule.measure == "volume":
            made[each.entry.column] = made[rules + each.entry.column] = round(rate * by_passed)
        else:
            made[each.entry.column] = round(rate * (by_passed + by_judged))
            made[rules + each.entry.column] = round(rate * by_judged)
    return made


@lru_cache(maxsize=8)
def _draws(seed: int, draws: int, days: int) -> tuple[int, ...]:
    """By day, one number with a lane for each draw: how often that draw has the day."""
    random = Random(seed)  # noqa: S311 - a sample that anybody can draw again, not a secret
    lanes = [array("Q", bytes(_LANE // 8 * draws)) for _ in range(days)]
    for draw in range(draws):
        for _ in range(days):
            lanes[int(random.random() * days)][draw] += 1
    return tuple(int.from_bytes(each.tobytes(), sys.byteorder) for each in lanes)


@lru_cache(maxsize=8)
def _ones(draws: int) -> int:
    return int.from_bytes(array("Q", [1] * draws).tobytes(), sys.byteorder)
