from __future__ import annotations

from terminology.remote.breaker import CircuitBreaker
from tests.terminology.remote.world import Clock


def _open(clock: Clock) -> CircuitBreaker:
    breaker = CircuitBreaker(3, 30.0, clock)
    for _ in range(3):
        assert breaker.admits()
        breaker.record(well=False)
    return breaker


def test_it_opens_after_failures_in_a_row():
    assert not _open(Clock()).admits()


def test_a_success_between_failures_keeps_it_closed():
    breaker = CircuitBreaker(2, 30.0, Clock())
    for well in (False, True, False):
        breaker.record(well=well)
    assert breaker.admits()


def test_once_it_has_rested_one_trial_is_made_and_nobody_else_asks():
    clock = Clock()
    breaker = _open(clock)
    clock.seconds += 29
    assert not breaker.admits()
    clock.seconds += 1
    assert breaker.admits()
    assert not breaker.admits()


def test_a_trial_that_goes_well_closes_it():
    clock = Clock()
    breaker = _open(clock)
    clock.seconds += 30
    assert breaker.admits()
    breaker.record(well=True)
    assert breaker.admits()
    breaker.record(well=False)
    assert breaker.admits()


def test_a_trial_that_fails_opens_it_for_as_long_again():
    clock = Clock()
    breaker = _open(clock)
    clock.seconds += 30
    assert breaker.admits()
    breaker.record(well=False)
    clock.seconds += 29
    assert not breaker.admits()
    clock.seconds += 1
    assert breaker.admits()
