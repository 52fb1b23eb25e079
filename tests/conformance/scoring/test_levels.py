from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from conformance.scoring.assess import Assessment
from conformance.scoring.expectations import Standing
from conformance.scoring.levels import grade, level_name
from conformance.scoring.model import DIMENSIONS
from conformance.scoring.policy_file import shipped_policy
from conformance.scoring.said import Said

POLICY = shipped_policy()
LOWER = {0: 40, 1: 55, 2: 70, 3: 85, 4: 92, 5: 96}


def made(level: int, **others: object) -> Assessment:
    """An assessment whose score alone decides on the level."""
    lower = Decimal(LOWER[level])
    whole = Assessment("h", lower + 1, lower, lower + 2, dict.fromkeys(DIMENSIONS, 0.99), 1.0, 1000)
    return replace(whole, **others)


def life(*levels: int) -> list[int]:
    """The levels held, period by period."""
    held, before = [], None
    for each in levels:
        now = grade(made(each), 0, before, POLICY)
        held.append(now.held)
        before = now.standing
    return held


@pytest.mark.parametrize(
    ("earned", "held"),
    [
        ([2], [2]),
        ([3], [2]),
        ([3, 3], [2, 3]),
        ([5, 5], [2, 5]),
        ([5, 4], [2, 4]),
        ([3, 3, 1], [2, 3, 3]),
        ([3, 3, 1, 1], [2, 3, 3, 1]),
        ([3, 3, 1, 2], [2, 3, 3, 2]),
        ([3, 3, 1, 3, 1], [2, 3, 3, 3, 3]),
        ([3, 3, 0, 0, 1], [2, 3, 3, 0, 1]),
    ],
)
def test_high_levels_take_two_good_periods_and_a_fall_takes_two_bad_ones(earned, held):
    assert life(*earned) == held


def test_a_breach_of_the_gate_takes_the_level_at_once():
    breached = made(5, dimensions={**dict.fromkeys(DIMENSIONS, 0.99), "D7": 0.2})
    found = grade(breached, 0, Standing(5, 5), POLICY)
    assert (found.held, found.gate_broken) == (0, True)
    assert found.lacks[0] == Said(
        "the gate D7 is at 0.200; expected 0.3 at the least", "门槛维度 D7 为 0.200；应不低于 0.3"
    )


def test_a_period_without_a_score_changes_nothing():
    withheld = replace(made(3), value=None, lower=None, upper=None)
    found = grade(withheld, 0, Standing(4, 3), POLICY)
    assert (found.earned, found.held) == (None, 3)
    assert found.standing == Standing(4, 3)


@pytest.mark.parametrize(
    ("others", "open_critical", "said"),
    [
        ({"coverage": 0.85}, 0, "C4: coverage is 0.850; expected 0.9 at the least"),
        ({"dimensions": {"D1": 0.8}}, 0, "C4: D1 is 0.800; expected 0.85 at the least"),
        ({"lower": Decimal("89.9")}, 0, "C4: the lower limit of the score is 89.9; expected 90 at the least"),
        ({}, 6, "C4: 6 critical findings are open; expected 5 at the most"),
    ],
)
def test_it_says_what_lacks_for_the_next_level(others, open_critical, said):
    found = grade(made(4, **others), open_critical, Standing(3, 3), POLICY)
    assert found.earned == 3
    assert [each.en for each in found.lacks] == [said]


def test_it_says_that_a_level_waits_for_another_good_period():
    (waits,) = grade(made(5), 0, None, POLICY).lacks
    assert waits.en == "the numbers give C5 now; expected in 2 periods in a row for it to be held"
    assert not grade(made(2), 0, None, POLICY).lacks[0].en.startswith("the numbers")


def test_the_highest_level_lacks_nothing():
    assert grade(made(5), 0, Standing(5, 5), POLICY).lacks == ()
    assert [level_name(each, POLICY) for each in (0, 1, 5)] == ["-", "C1", "C5"]
