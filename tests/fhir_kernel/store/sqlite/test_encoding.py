from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.store.sqlite.encoding import instant, microseconds, number_key

decimals = st.decimals(allow_nan=False) | st.integers(-20, 20).map(Decimal)


@given(decimals, decimals)
def test_keys_of_numbers_compare_as_the_numbers_do(one, other):
    if all(-4999 <= each.adjusted() <= 4999 for each in (one, other) if each and each.is_finite()):
        assert (number_key(one) < number_key(other)) == (one < other)
        assert (number_key(one) == number_key(other)) == (one == other)


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_to_the_microsecond(moment):
    assert instant(microseconds(moment)) == moment
    assert microseconds(datetime(1970, 1, 1, tzinfo=UTC)) == 0
