"""Windows in days, and how instants are told in local time.

The day on which a window opens does not count, and the last day counts as a whole (民法典 articles 201 and 203).
"""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone

from registry.sentence import Sentence


def window_end(opened: datetime, days: int, offset: timedelta) -> datetime:
    """The midnight after the last day, in UTC; `offset` is the distance of local time from UTC."""
    zone = timezone(offset)
    last = opened.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(last + timedelta(days=1), time(), zone).astimezone(opened.tzinfo)


def local_day(instant: datetime, offset: timedelta) -> Sentence:
    """The day of an instant: 2 March 2026 is 2026-03-02 in English and 2026年3月2日 in Chinese."""
    day = instant.astimezone(timezone(offset)).date()
    return Sentence(day.isoformat(), f"{day.year}年{day.month}月{day.day}日")


def told(instant: datetime, offset: timedelta) -> Sentence:
    """Day and minute in local time."""
    local = instant.astimezone(timezone(offset))
    day = local_day(instant, offset)
    return Sentence(f"{day.en} {local:%H:%M} ({local:%z})", f"{day.zh} {local:%H:%M}")
