from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from conformance.scoring.assess import assess
from tests.conformance.scoring.scored import PERIOD, POLICY, SEED, VOLUMES, assessed, expected, sheet_of, tally

RANDOM = Random(5)
DAYS = [
    [
        tally(f"{name}-codes", passed, per - passed, day=PERIOD.begin + timedelta(days=at)),
        tally(f"{name}-volume", per, day=PERIOD.begin + timedelta(days=at)),
    ]
    for at in range(PERIOD.days)
    for name, per, share in (("labs", 160, 0.9), ("notes", 60, 0.8), ("images", 9, 0.7))
    for passed in [sum(RANDOM.random() < share + 0.1 * RANDOM.random() for _ in range(per))]
]
ROWS = [each for day in DAYS for each in day]


def test_it_agrees_with_the_slow_bootstrap_that_scores_each_draw_anew():
    made = assessed(ROWS)
    random = Random(11)
    draws = []
    for _ in range(400):
        days = [random.randrange(PERIOD.days) for _ in range(PERIOD.days)]
        drawn = [
            replace(each, day=PERIOD.begin + timedelta(days=at))
            for at, day in enumerate(days)
            for each in ROWS
            if each.day == PERIOD.begin + timedelta(days=day)
        ]
        draws.append(float(assess(sheet_of(drawn), expected(), VOLUMES, POLICY, SEED).value or 0))
    draws.sort()
    assert float(made.lower or 0) == pytest.approx(draws[20], abs=0.3)
    assert float(made.upper or 0) == pytest.approx(draws[-21], abs=0.3)


def test_a_seed_gives_the_same_interval_on_every_machine():
    made = assessed(ROWS)
    assert (str(made.value), str(made.lower), str(made.upper)) == ("86.4081", "85.5453", "87.2850")


def test_another_seed_gives_another_interval_around_the_same_score():
    sheet = sheet_of(ROWS)
    one, other = (assess(sheet, expected(), VOLUMES, POLICY, seed) for seed in (1, 2))
    assert one.value == other.value
    assert (one.lower, one.upper) != (other.lower, other.upper)


def test_days_that_differ_more_make_it_wider():
    uneven = [
        replace(each, passed=each.applicable - each.failed * factor, failed=each.failed * factor)
        for each in ROWS
        for factor in [2 * (each.day.toordinal() % 2)]
        if each.failed * 2 <= each.applicable
    ]
    plain, wide = assessed(ROWS), assessed(uneven)
    assert plain.upper is not None
    assert plain.lower is not None
    assert wide.upper is not None
    assert wide.lower is not None
    assert wide.upper - wide.lower > plain.upper - plain.lower


def test_with_too_few_days_it_is_everything():
    few = [each for each in ROWS if (each.day - PERIOD.begin).days < POLICY.least_days - 1]
    enough = [each for each in ROWS if (each.day - PERIOD.begin).days < POLICY.least_days]
    assert (assessed(few).lower, assessed(few).upper) == (0, 100)
    assert (assessed(enough).lower or 0) > 0
