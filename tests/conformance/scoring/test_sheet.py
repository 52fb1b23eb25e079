from __future__ import annotations

from array import array
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.scoring.model import RulePack, Tally
from conformance.scoring.period import Period
from conformance.scoring.said import ScoringRefused
from conformance.scoring.sheet import MOST, Layout, Sheet, sheets
from tests.conformance.scoring.scored import PACK, PERIOD, sheet_of, tally

LAYOUT = Layout(PACK, PERIOD)
rows = st.lists(
    st.builds(
        lambda rule, day, passed, failed, error: tally(
            rule, passed, failed, error=error, day=PERIOD.begin + timedelta(days=day)
        ),
        st.sampled_from([each.id for each in PACK.rules]),
        st.integers(0, 30),
        *[st.integers(0, 1000)] * 3,
    ),
    max_size=20,
)


def day_of(tallies: list[Tally]) -> array[int]:
    """The counters of a day, as `add_day` takes them."""
    counts = array("I", bytes(4 * LAYOUT.width))
    for each in tallies:
        for at, value in enumerate((each.passed, each.failed, each.error, each.clusters)):
            counts[at * len(PACK.rules) + LAYOUT.columns[each.rule]] += value
    return counts


@given(rows)
def test_totals_are_the_sums_of_all_tallies(given_rows):
    sheet = sheet_of(given_rows)
    for rule, column in LAYOUT.columns.items():
        mine = [each for each in given_rows if each.rule == rule]
        wanted = [
            sum(each.passed for each in mine),
            sum(each.failed for each in mine),
            sum(each.error for each in mine),
        ]
        assert [sheet.total(field, column) for field in range(3)] == wanted


@given(rows, rows)
def test_sheets_merge_into_that_of_all_their_tallies(some, others):
    merged, whole = sheet_of(some), sheet_of([*some, *others])
    merged.merge(sheet_of(others))
    assert merged.digest() == whole.digest()
    assert merged.totals() == whole.totals()


@given(rows)
def test_days_added_at_once_are_the_same_as_tally_by_tally(given_rows):
    sheet = Sheet(LAYOUT, "h")
    for day in sheet.days():
        sheet.add_day(day, day_of([each for each in given_rows if each.day == day]))
    assert sheet.digest() == sheet_of(given_rows).digest()
    assert sheet.busy == sheet_of(given_rows).busy


def refusal(*given_rows: Tally, pack: RulePack = PACK) -> str:
    with pytest.raises(ScoringRefused) as refused:
        sheet_of(given_rows, pack)
    return str(refused.value)


def test_an_unknown_rule_a_foreign_day_and_an_ended_rule_are_refused():
    assert refusal(tally("labs-code", 1)) == (
        "tally of h, labs-code, 2026-10-01: sample#1 has no such rule; expected one of its own"
    )
    assert refusal(tally("labs-codes", 1, day=date(2026, 11, 1))) == (
        "tallies of h, 2026-11-01: the day is not in 2026-10-01/2026-10-31; expected one that is"
    )
    ended = RulePack("sample#1", tuple(replace(each, until=date(2026, 10, 9)) for each in PACK.rules))
    assert "expected no tally outside of it" in refusal(tally("labs-codes", 1, day=date(2026, 10, 9)), pack=ended)
    assert sheet_of([tally("labs-codes", 1, day=date(2026, 10, 8))], ended).total(0, 0) == 0


def test_so_are_the_counters_of_a_day_on_which_a_rule_is_not_asked():
    ended = RulePack("sample#1", tuple(replace(each, until=date(2026, 10, 9)) for each in PACK.rules))
    sheet = Sheet(Layout(ended, PERIOD), "h")
    counts = day_of([tally("labs-codes", 1)])
    sheet.add_day(date(2026, 10, 8), counts)
    with pytest.raises(ScoringRefused, match="the rule is asked in 0001-01-01/2026-10-09"):
        sheet.add_day(date(2026, 10, 9), counts)


def test_counters_of_another_number_or_size_are_refused():
    for counts in (array("I", [1]), array("Q", [0] * LAYOUT.width)):
        with pytest.raises(ScoringRefused, match=f"expected {LAYOUT.width} of 4"):
            Sheet(LAYOUT, "h").add_day(PERIOD.begin, counts)


def test_more_than_a_counter_holds_is_refused():
    assert f"expected {MOST} at the most" in refusal(tally("labs-codes", MOST), tally("labs-codes", 1))
    sheet = Sheet(LAYOUT, "h")
    sheet.add_day(PERIOD.begin, array("I", [MOST + 1] * LAYOUT.width))
    with pytest.raises(ScoringRefused, match=f"tallies of h, 2026-10-01: a counter is at {MOST + 1}"):
        sheet.totals()


def test_a_whole_leap_year_of_the_fullest_days_is_counted_exactly():
    year = Layout(PACK, Period(date(2024, 1, 1), date(2024, 12, 31)))
    sheet = Sheet(year, "h")
    for day in sheet.days():
        sheet.add_day(day, array("I", [MOST] * year.width))
    assert set(sheet.totals()) == {366 * MOST}


def test_a_longer_period_is_refused():
    with pytest.raises(ScoringRefused, match="it has 367 days; expected 366 at the most"):
        Layout(PACK, Period(date(2024, 1, 1), date(2025, 1, 1)))


def test_tallies_of_an_institution_stand_together():
    mixed = [tally("labs-codes", 1, of=name) for name in ("a", "a", "b")]
    assert [each.owner for each in sheets(LAYOUT, mixed)] == ["a", "b"]
    with pytest.raises(ScoringRefused, match="tallies of a: its tallies stand in two places"):
        list(sheets(LAYOUT, [*mixed, tally("labs-codes", 1, of="a")]))
