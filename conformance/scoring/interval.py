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

import struct
import sys
from array import array
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice
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
"""Of a slope, so that a day's sum of slopes and counters fits into a lane."""
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
    moved = sum(map(mul, influences, days)) - sum(influences) * _ones(policy.draws)
    drawn = sorted(_lanes(moved, policy.draws))
    cut = int(policy.draws * policy.tail)
    low, high = min(0, drawn[cut]), max(0, drawn[-1 - cut])
    return scaled(point, Decimal(low) / _COARSE), scaled(point, Decimal(high) / _COARSE)


def influence(
    sheet: Sheet,
    measured: Sequence[Measured],
    values: Mapping[Dimension, float],
    expected: Expected,
    policy: ScorePolicy,
) -> list[int]:
    """By day, by how much its records move the logarithm of the score.

    All days of a rule are weighted at once: two days to 64 bits of a large number, so the sum of those in even places
    is taken by itself, and what it leaves of the whole sum is that of those in odd places.
    """
    slope = _slopes(measured, values, expected, policy)
    half = (sheet.layout.period.days + 1) // 2
    mask = _ones(half) * (2**32 - 1)
    even = whole = 0
    for column, (each, total) in enumerate(zip(slope, sheet.totals(), strict=False)):
        if each != 0 and total != 0:
            counts = _large(sheet.counts[column :: sheet.layout.width])
            even += each * (counts & mask)
            whole += each * counts
    odd = whole - even >> 32
    both = chain.from_iterable(zip(_lanes(even, half), _lanes(odd, half), strict=True))
    return [each * _COARSE // _SCALE for each in islice(both, sheet.layout.period.days)]


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
        by_passed, by_judged = slopes(each.passed / each.effect, each.judged / each.effect, each.lower, policy.z)
        column = each.entry.column
        if each.entry.rule.measure == "volume":
            made[column] += round(rate * by_passed)  # what was refused did not come
        elif each.of_all:
            came = expected.volume_columns[each.entry.rule.data_set]
            made[came] += round(rate * (by_passed + by_judged))
            made[rules + came] += round(rate * (by_passed + by_judged))
            made[rules + column] -= round(rate * by_passed)
        else:
            made[column] += round(rate * (by_passed + by_judged))
            made[rules + column] += round(rate * by_judged)
    return made


@lru_cache(maxsize=8)
def _draws(seed: int, draws: int, days: int) -> tuple[int, ...]:
    """By day, one number with a lane for each draw: how often that draw has the day."""
    random = Random(seed)  # noqa: S311 - a sample that anybody can draw again, not a secret
    lanes = [array("Q", bytes(_LANE // 8 * draws)) for _ in range(days)]
    for draw in range(draws):
        for _ in range(days):
            lanes[int(random.random() * days)][draw] += 1
    return tuple(map(_large, lanes))


def _large(counters: array[int]) -> int:
    """Counters as one number, the first of them lowest; they may be changed by it."""
    if sys.byteorder == "big":
        counters.byteswap()
    return int.from_bytes(counters.tobytes(), "little")


def _lanes(number: int, count: int) -> tuple[int, ...]:
    """The signed numbers in the lanes of a large one, the lowest first."""
    biased = (number + _BIAS * _ones(count)).to_bytes(count * _LANE // 8, "little")
    return tuple(each - _BIAS for each in struct.unpack(f"<{count}Q", biased))


@lru_cache(maxsize=8)
def _ones(count: int) -> int:
    """A large number with 1 in each lane."""
    return sum(1 << _LANE * at for at in range(count))
