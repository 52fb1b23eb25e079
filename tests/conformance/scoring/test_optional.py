"""Rules that few records call for: of elements that need not be there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.conformance.scoring.scored import POLICY, STRICT, VOLUMES, assessed, expected, tallies, tally

FULL = {"labs": (4900, 100), "notes": (2000, 0), "images": (300, 0)}


def scored_with(passed: int, failed: int, received: int = VOLUMES["images"], policy=STRICT):
    """Of the images that came, so many call for the rule."""
    rows = [each for each in tallies({**FULL, "images": (received, 0)}) if each.rule != "images-codes"]
    if passed + failed:
        rows.append(tally("images-codes", passed, failed))
    made = assessed(rows, policy)
    assert made.value is not None
    return made.value


def test_a_rule_that_no_record_calls_for_is_kept_by_all_of_them():
    assert scored_with(0, 0) == scored_with(300, 0)


def test_of_a_set_that_did_not_come_no_rule_is_kept():
    rows = tallies({name: counts for name, counts in FULL.items() if name != "images"})
    assert assessed(rows, STRICT).dimensions["D2"] < 0.7


def test_in_the_plain_formula_it_is_kept_by_all_too_where_none_calls_for_it():
    assert scored_with(0, 0, policy=POLICY) == scored_with(300, 0, policy=POLICY) > scored_with(1, 1, policy=POLICY)


@given(st.integers(0, 150), st.integers(1, 150))
def test_to_keep_back_the_records_that_break_it_never_pays(passed, failed):
    assert scored_with(passed, 0, received=300 - failed) <= scored_with(passed, failed)


@given(st.integers(0, 150), st.integers(1, 150))
def test_to_mend_them_does(passed, failed):
    assert scored_with(passed + failed, 0) > scored_with(passed, failed)


@given(st.integers(0, 150), st.integers(0, 150))
def test_what_is_expected_of_a_class_weighs_the_same_whatever_came(passed, failed):
    rows = tallies(FULL)
    rows.append(tally("labs-codes", passed, failed))
    assert assessed(rows, STRICT).dimensions.keys() == expected().shares.keys()
