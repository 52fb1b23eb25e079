"""Local days as instants: a rule begins when its day does, where the standard holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo


def begin_of(day: date, zone: tzinfo) -> datetime:
    """The first instant of a local day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
