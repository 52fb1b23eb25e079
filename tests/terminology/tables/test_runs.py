"""Runs are a set of positions."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from terminology.tables.runs import EMPTY, Runs

POSITIONS = st.integers(0, 60)
SETS = st.sets(POSITIONS)
PAIRS = st.tuples(POSITIONS, POSITIONS)


@given(st.lists(POSITIONS))
def test_they_hold_what_they_were_made_of_in_ascending_order(positions: list[int]) -> None:
    made = Runs.of(positions)
    assert list(made) == sorted(set(positions))
    assert len(made) == len(set(positions))
    assert bool(made) == bool(positions)
    assert [each in made for each in range(62)] == [each in set(positions) for each in range(62)]


@given(SETS)
def test_runs_neither_overlap_nor_touch(positions: set[int]) -> None:
    runs = list(Runs.of(positions).runs())
    assert all(start < end for start, end in runs)
    assert all(before[1] < after[0] for before, after in pairwise(runs))


@given(st.lists(PAIRS))
def test_runs_in_any_order_are_joined(pairs: list[tuple[int, int]]) -> None:
    assert set(Runs.from_runs(pairs)) == {each for start, end in pairs for each in range(start, end)}
    assert Runs.from_runs(pairs) == Runs.of(each for start, end in pairs for each in range(start, end))


@given(SETS)
def test_marks_say_the_same_as_positions(positions: set[int]) -> None:
    assert Runs.of_marks(bytearray(each in positions for each in range(61))) == Runs.of(positions)


@given(SETS, SETS)
def test_they_are_joined_met_and_taken_away_as_sets_are(one: set[int], other: set[int]) -> None:
    left, right = Runs.of(one), Runs.of(other)
    assert left | right == Runs.of(one | other)
    assert left & right == Runs.of(one & other)
    assert left - right == Runs.of(one - other)
    assert left.isdisjoint(right) == one.isdisjoint(other)
    assert (left == right) == (one == other)


@settings(max_examples=25)
@given(st.sets(st.integers(0, 3000), min_size=200), st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000))))
def test_a_few_runs_meet_many(many: set[int], few: list[tuple[int, int]]) -> None:
    runs = Runs.from_runs(few)
    assert set(runs & Runs.of(many)) == set(runs) & many
    assert Runs.of(many) & runs == runs & Runs.of(many)


@given(SETS, st.integers(-2, 70), st.integers(-2, 70))
def test_a_page_is_a_slice_of_the_members(positions: set[int], offset: int, count: int) -> None:
    expected = sorted(positions)[offset : offset + max(count, 0)] if offset >= 0 else []
    assert Runs.of(positions).page(offset, count) == expected


@given(SETS, st.integers(0, 61))
def test_the_rank_counts_the_smaller_members(positions: set[int], position: int) -> None:
    assert Runs.of(positions).rank(position) == sum(each < position for each in positions)


@given(POSITIONS, POSITIONS)
def test_an_interval_holds_what_is_between(start: int, end: int) -> None:
    assert list(Runs.between(start, end)) == list(range(start, end))


@given(SETS)
def test_equal_ones_have_one_hash(positions: set[int]) -> None:
    assert hash(Runs.of(positions)) == hash(Runs.from_runs((each, each + 1) for each in positions))


def test_the_empty_one_is_empty() -> None:
    assert not EMPTY
    assert list(EMPTY) == []
    assert "1" not in Runs.between(0, 5)
    assert Runs.of([1]) != {1}
    assert repr(Runs.of([1, 2, 5])) == "<Runs of 3: 1–2, 5–5>"
