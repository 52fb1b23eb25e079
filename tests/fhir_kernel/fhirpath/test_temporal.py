"""Partial dates and times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhir_kernel.fhirpath.temporal import DateTime, add, compare, from_datetime, parse_date, parse_datetime, parse_time

_ZONES = st.none() | st.integers(-12 * 60, 14 * 60)


@st.composite
def _datetimes(draw: st.DrawFn) -> DateTime:
    moment = draw(st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1)))
    parts = from_datetime(moment.replace(tzinfo=UTC)).parts
    count = draw(st.integers(1, 6))
    return DateTime(parts[:count], draw(_ZONES) if count > 3 else None)


@given(_datetimes(), _datetimes())
def test_comparison_is_antisymmetric(a: DateTime, b: DateTime) -> None:
    there, back = compare(a, b), compare(b, a)
    assert back == (None if there is None else -there)


@given(_datetimes())
def test_a_value_equals_itself_and_its_text(value: DateTime) -> None:
    assert compare(value, value) == 0
    assert parse_datetime(str(value)) == value


@given(_datetimes(), st.integers(-500, 500), st.sampled_from(["day", "hour", "minute", "second", "millisecond"]))
def test_moving_forth_and_back_gives_the_same(value: DateTime, amount: int, unit: str) -> None:
    moved = add(value, Decimal(amount), unit)
    assert moved is not None
    back = add(moved, Decimal(-amount), unit)
    assert back is not None
    assert compare(back, value) == 0


@given(st.datetimes(datetime(1950, 1, 1), datetime(2050, 1, 1)), st.integers(-(10**6), 10**6))
def test_seconds_move_as_the_calendar_does(moment: datetime, seconds: int) -> None:
    start = moment.replace(tzinfo=UTC)
    moved = add(from_datetime(start), Decimal(seconds), "second")
    assert moved is not None
    assert compare(moved, from_datetime(start + timedelta(seconds=seconds))) == 0


@pytest.mark.parametrize(
    ("a", "b", "order"),
    [
        ("2018-03", "2018-03-01", None),
        ("2018-03", "2018-04-01", -1),
        ("2012-04-15T15:00:00Z", "2012-04-15T10:00:00", None),
        ("2012-04-15T15:00:00Z", "2012-04-17T10:00:00", -1),
        ("2012-04-15T15:00:00+02:00", "2012-04-15T16:00:00+03:00", 0),
        ("2012-04-15T15:30:31", "2012-04-15T15:30:31.0", 0),
        ("2012-04-15T15:30", "2012-04-15T15:30:31", None),
    ],
)
def test_comparison_says_when_it_cannot_tell(a: str, b: str, order: int | None) -> None:
    first, second = parse_datetime(a), parse_datetime(b)
    assert first is not None
    assert second is not None
    assert compare(first, second) == order


def test_a_month_later_is_cut_to_the_month() -> None:
    start = parse_date("2024-01-31")
    assert start is not None
    assert str(add(start, Decimal(1), "month")) == "2024-02-29"
    assert str(add(start, Decimal(13), "month")) == "2025-02-28"


def test_a_partial_date_moves_in_its_own_precision() -> None:
    year = parse_date("2014")
    assert year is not None
    assert str(add(year, Decimal(25), "month")) == "2016"
    assert str(add(year, Decimal(364), "day")) == "2014"


def test_time_goes_round_the_clock() -> None:
    late = parse_time("23:59:30")
    assert late is not None
    assert str(add(late, Decimal(45), "second")) == "00:00:15"


@pytest.mark.parametrize("text", ["2014-02-30", "0000", "2014-1", "2014-01-01T", "2014-01T10", "2014-01-01T24:00", "x"])
def test_what_is_no_date_is_refused(text: str) -> None:
    assert parse_datetime(text) is None


def test_beyond_the_calendar_there_is_nothing() -> None:
    last = parse_date("9999-12-31")
    assert last is not None
    assert add(last, Decimal(1), "day") is None
    assert add(last, Decimal(1), "year") is None
