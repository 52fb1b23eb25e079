"""The table of scoring against gaming.

Assumed, and all of it follows from the numbers: three data sets of which 5,000, 2,000 and 300 records are expected,
one rule of quality and one of volume for each, all of the same severity; quality weighs 0.6, volume 0.4; each record is
a patient-day of its own; "really fix" brings the weak set to 95 %; the other schemes count what was received.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from conformance.scoring.tallying import Sighting, tallies_of
from tests.conformance.scoring.scored import PERIOD, POLICY, STRICT, Counts, assessed, scored, tallies, tally

HONEST: Counts = {"labs": (4850, 150), "notes": (1800, 200), "images": (180, 120)}
WITHHELD: Counts = {"labs": (4850, 150), "notes": (1800, 200)}
HAND_MADE: Counts = {**WITHHELD, "images": (10, 0)}
FIXED: Counts = {**WITHHELD, "images": (285, 15)}
RESENT: Counts = {**HONEST, "labs": (48500, 1500)}


def pooled(counts: Counts) -> float:
    return 100 * sum(passed for passed, _ in counts.values()) / sum(map(sum, counts.values()))


def mean_of_sections(counts: Counts) -> float:
    return 100 * sum(passed / (passed + failed) for passed, failed in counts.values()) / len(counts)


def threshold(counts: Counts) -> float:
    return 100 * sum(passed / (passed + failed) >= 0.9 for passed, failed in counts.values()) / len(counts)


@pytest.mark.parametrize(
    ("counts", "others"),
    [
        (HONEST, (93.6, 82.3, 66.7)),
        (WITHHELD, (95.0, 93.5, 100)),
        (HAND_MADE, (95.0, 95.7, 100)),
        (RESENT, (96.5, 82.3, 66.7)),
        (FIXED, (95.0, 94.0, 100)),
    ],
    ids=["honest", "withheld", "hand-made", "resent", "fixed"],
)
def test_other_schemes_give_what_the_table_says(counts, others):
    assert tuple(round(each(counts), 1) for each in (pooled, mean_of_sections, threshold)) == others


@pytest.mark.parametrize(
    ("counts", "score"),
    [(HONEST, 87.5), (WITHHELD, 63.7), (HAND_MADE, 79.1), (FIXED, 95.4)],
    ids=["honest", "withheld", "hand-made", "fixed"],
)
def test_our_score_is_what_the_table_says(counts, score):
    assert round(float(scored(counts)), 1) == score


def test_sending_the_good_set_ten_times_gives_the_honest_score():
    once = [
        sighting(name, at, "pass" if at < passed else "fail")
        for name, (passed, failed) in HONEST.items()
        for at in range(passed + failed)
    ]
    again = [each for each in once if each.identity.startswith("labs")] * 9
    assert len(again) + len(once) == sum(map(sum, RESENT.values()))
    resent = assessed(tallies_of([*again, *once])).value
    assert resent == assessed(tallies_of(once)).value == scored(HONEST)
    assert round(float(resent or 0), 1) == 87.5


def test_sending_only_the_good_records_of_a_set_pays_by_the_plain_formula_and_not_by_strict_volumes():
    picked: Counts = {**HONEST, "images": (180, 0)}
    assert round(float(scored(picked)), 1) == 90.7 > 87.5
    assert scored(picked, STRICT) < scored(HONEST, STRICT) == scored(HONEST)


def test_padding_a_weak_set_with_invented_records_pays_by_the_plain_formula_and_not_by_strict_volumes():
    padded: Counts = {**HONEST, "images": (3180, 120)}
    assert scored(padded) > scored(HONEST)
    assert scored(padded, STRICT) == scored(HONEST, STRICT)


@pytest.mark.parametrize(("counts", "score"), [(WITHHELD, 63.7), (HAND_MADE, 64.2), (FIXED, 95.4)])
def test_strict_volumes_change_the_table_only_where_records_are_missing(counts, score):
    assert round(float(scored(counts, STRICT)), 1) == score


def sighting(name, at, outcome):
    identity = f"{name}-{at}"
    outcomes = {f"{name}-codes": outcome, f"{name}-volume": "pass"}
    return Sighting(
        "h", "his#1", PERIOD.begin, identity, f"content of {identity}", at, f"patient of {identity}", outcomes
    )


def test_refused_records_in_the_place_of_bad_or_missing_ones_pay_nothing():
    picked: Counts = {**HONEST, "images": (180, 0)}
    rubbish = [tally("images-volume", 0, 120)]
    for policy in (POLICY, STRICT):
        with_rubbish, without = assessed([*tallies(picked), *rubbish], policy), assessed(tallies(picked), policy)
        assert with_rubbish.coverage == without.coverage
        assert with_rubbish.value - without.value < Decimal("0.05")  # patients of their own make the design effect less
    assert with_rubbish.value < scored(HONEST, STRICT)


def test_records_that_come_after_they_were_refused_are_all_there():
    refused = [tally("labs-volume", 0, 500), tally("labs-codes", 0, 500)]
    counts = {**HONEST, "labs": (5000, 0)}
    found = assessed([*tallies(counts), *refused], STRICT)
    assert found.coverage == assessed(tallies(counts), STRICT).coverage == 1
    assert scored({**counts, "labs": (4500, 500)}, STRICT) < found.value < scored(counts, STRICT)
