from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fhir_server.identity.rate import RateLimit


@given(st.integers(1, 20), st.lists(st.floats(0, 30), max_size=60))
def test_nobody_gets_more_than_twice_the_limit_in_any_minute(most, pauses):
    passed, allowed = 0.0, []
    rate = RateLimit(most, lambda: passed)
    for pause in pauses:
        passed += pause
        if rate.wait("c") == 0:
            allowed.append(passed)
    for start in allowed:
        assert sum(start <= each < start + 60 for each in allowed) <= 2 * most


@given(st.integers(1, 20))
def test_the_limit_can_be_used_up_in_a_row_and_comes_back_after_the_wait_that_was_told(most):
    passed = 0.0
    rate = RateLimit(most, lambda: passed)
    assert [rate.wait("c") for _ in range(most)] == [0] * most
    wait = rate.wait("c")
    assert wait > 0
    passed += wait
    assert rate.wait("c") == 0


def test_names_do_not_stand_in_each_others_way_and_are_not_kept_without_end():
    rate = RateLimit(1, lambda: 0.0)
    assert not any(rate.wait(f"name-{number}") for number in range(20_000))
