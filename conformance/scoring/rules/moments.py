"""Dates as FHIR writes them, as the stretch of time in which they may lie (https://hl7.org/fhir/R4/datatypes.html#dateTime).

Where no offset is told any on earth may be meant, so that nobody is found wrong for an offset that was left out.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

_EARLIEST, _LATEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))
_YEAR, _MONTH, _DAY = 4, 7, 10


class Moment(NamedTuple):
    """From the earliest to the latest instant that may be meant."""

    earliest: datetime
    latest: datetime
    text: str

    @property
    def is_day(self) -> bool:
        """Whether it tells the day at least."""
        return len(self.text) >= _DAY

    @property
    def day_ends(self) -> datetime:
        """The end of the day on which it was, where it was."""
        if len(self.text) == _DAY:
            return self.latest
        return self.latest.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)

    def is_after(self, other: Moment) -> bool:
        """Whether it is later for sure, whatever offsets are meant."""
        return self.earliest > other.latest

    def is_after_within(self, other: Moment) -> bool:
        """The same of two in one record: where neither tells a time, they are days of one place."""
        told = min(len(self.text), len(other.text))
        if max(len(self.text), len(other.text)) <= _DAY:
            return self.text[:told] > other.text[:told]
        return self.is_after(other)


def moment(text: Any) -> Moment | None:
    """What a date, dateTime or instant means; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        return _moment(text)
    except (ValueError, OverflowError):
        return None


def _moment(text: str) -> Moment | None:
    if len(text) > _DAY:
        instant = datetime.fromisoformat(text)
        return None if instant.tzinfo is None else Moment(instant, instant, text)
    if len(text) == _DAY:
        first = datetime.fromisoformat(text)
        return _stretch(first, first + timedelta(days=1), text)
    if len(text) == _MONTH:
        first = datetime.fromisoformat(f"{text}-01")
        return _stretch(first, (first + timedelta(days=31)).replace(day=1), text)
    if len(text) == _YEAR:
        first = datetime(int(text), 1, 1)
        return _stretch(first, first.replace(year=first.year + 1), text)
    return None


def _stretch(first: datetime, end: datetime, text: str) -> Moment:
    earliest = first.replace(tzinfo=_EARLIEST).astimezone(UTC)
    return Moment(earliest, end.replace(tzinfo=_LATEST).astimezone(UTC), text)
