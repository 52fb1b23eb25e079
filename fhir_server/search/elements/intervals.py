"""Dates and times as intervals of microseconds (https://hl7.org/fhir/R4/search.html#date).

What is not stated to the second or finer spans its year, month, day or minute. A time without a zone counts as UTC, for
the resource and the query alike: a server that moved would otherwise find other things.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

Interval = tuple[int, int]
"""`low` inclusive to `high` exclusive, in microseconds since 1970 in UTC."""

_DAY = 86_400_000_000
_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_FIRST_DAY = date(1970, 1, 1).toordinal()
_FORM = re.compile(
    r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.(?P<fraction>\d+))?)?(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
)


def interval(text: object) -> Interval | None:
    """The interval that a date, dateTime or instant means; None where it is none or is out of range."""
    found = _FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    assert isinstance(text, str)
    try:
        return _of_time(text, found) if len(text) > 10 else _of_day(text)
    except (ValueError, OverflowError):  # a thirteenth month, a year 0, a zone that leaves the calendar
        return None


def _of_day(text: str) -> Interval:
    year = int(text[:4])
    if len(text) == 10:
        first = date(year, int(text[5:7]), int(text[8:])).toordinal()
        return (first - _FIRST_DAY) * _DAY, (first + 1 - _FIRST_DAY) * _DAY
    month = int(text[5:7]) if len(text) == 7 else 1
    months = 1 if len(text) == 7 else 12
    first = date(year, month, 1).toordinal()
    return (first - _FIRST_DAY) * _DAY, (_first_after(year, month, months) - _FIRST_DAY) * _DAY


def _first_after(year: int, month: int, months: int) -> int:
    """The ordinal of the day after so many months; of the last year too."""
    if year == date.max.year and month - 1 + months >= 12:
        return date.max.toordinal() + 1
    return date(year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1, 1).toordinal()


def _of_time(text: str, found: re.Match[str]) -> Interval:
    leap = text[17:19] == "60"  # a leap second, which Python does not know
    moment = datetime.fromisoformat(f"{text[:17]}59{text[19:]}" if leap else text)
    low = microseconds(moment)
    fraction, has_seconds = found["fraction"], len(text) > 16 and text[16] == ":"
    if fraction is not None:
        return low, low + max(1, 10 ** (6 - len(fraction)) if len(fraction) < 6 else 1)
    return low, low + (_SECOND if has_seconds else _MINUTE)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 in UTC; a moment without a zone counts as UTC."""
    since = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)) - _EPOCH
    return since.days * _DAY + since.seconds * _SECOND + since.microseconds
