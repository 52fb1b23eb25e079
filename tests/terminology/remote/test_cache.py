from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from terminology.remote.cache import AnswerCache
from tests.terminology.remote.world import Clock


def test_a_value_is_kept_until_its_time_is_over():
    clock = Clock()
    cache = AnswerCache[str, int](10, 1_000, clock)
    cache.put("a", 1, seconds=60, size=1)
    clock.seconds += 59
    assert cache.get("a") == 1
    clock.seconds += 1
    assert cache.get("a") is None


def test_the_oldest_go_first_beyond_a_number():
    cache = AnswerCache[str, int](2, 1_000, Clock())
    for number, key in enumerate("abc"):
        cache.put(key, number, seconds=60, size=1)
    assert [cache.get(key) for key in "abc"] == [None, 1, 2]


def test_nothing_is_kept_for_no_time_nor_what_is_larger_than_all_that_may_be_kept():
    cache = AnswerCache[str, int](2, 10, Clock())
    cache.put("a", 1, seconds=0, size=1)
    cache.put("b", 1, seconds=60, size=11)
    assert cache.get("a") is None
    assert cache.get("b") is None


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 12)), max_size=40))
def test_what_is_kept_is_never_more_than_may_be(puts):
    cache = AnswerCache[int, int](4, 20, Clock())
    for key, size in puts:
        cache.put(key, size, seconds=60, size=size)
    kept = [size for key in range(9) if (size := cache.get(key)) is not None]
    assert len(kept) <= 4
    assert sum(kept) <= 20
    if puts:
        assert cache.get(puts[-1][0]) == puts[-1][1]
