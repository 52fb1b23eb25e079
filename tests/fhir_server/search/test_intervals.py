from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_server.search.elements.intervals import interval, microseconds


def at(*parts: int) -> int:
    return microseconds(datetime(*parts, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2013", at(2013, 1, 1), at(2014, 1, 1)),
        ("2013-12", at(2013, 12, 1), at(2014, 1, 1)),
        ("2024-02-29", at(2024, 2, 29), at(2024, 3, 1)),
        ("2013-01-14T10:00", at(2013, 1, 14, 10), at(2013, 1, 14, 10, 1)),
        ("2013-01-14T10:00:30Z", at(2013, 1, 14, 10, 0, 30), at(2013, 1, 14, 10, 0, 31)),
        ("2013-01-14T10:00+08:00", at(2013, 1, 14, 2), at(2013, 1, 14, 2, 1)),
        ("2013-01-14T10:00:30.5Z", at(2013, 1, 14, 10, 0, 30, 500_000), at(2013, 1, 14, 10, 0, 30, 600_000)),
        ("1969-12-31", -86_400_000_000, 0),
        ("2016-12-31T23:59:60Z", at(2016, 12, 31, 23, 59, 59), at(2017, 1, 1)),
    ],
)
def test_a_time_spans_what_it_leaves_open_and_counts_as_utc_without_a_zone(text: str, low: int, high: int) -> None:
    assert interval(text) == (low, high)


def test_the_last_year_ends() -> None:
    last = interval("9999")
    assert last is not None
    assert last[1] == interval("9999-12-31")[1] == interval("9999-12")[1]


@pytest.mark.parametrize(
    "text",
    ["", "13", "2013-13", "2013-02-30", "2013-1-1", "20130114", "0000", "2013-01-14T10", "yesterday", None, 2013],
)
def test_what_is_no_time_has_no_interval(text: object) -> None:
    assert interval(text) is None


@given(st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_a_moment_begins_where_it_is(moment: datetime, offset: int) -> None:
    zoned = moment.replace(tzinfo=timezone(timedelta(minutes=offset)), microsecond=0)
    found = interval(zoned.isoformat())
    assert found == (microseconds(zoned), microseconds(zoned) + 1_000_000)
