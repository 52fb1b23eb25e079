"""By when each step is to be taken; what is late is told, and can still be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from registry.sentence import Sentence

FILING_DAYS = 30
"""From the day on which the snapshot was taken."""
ACKNOWLEDGING_DAYS = 5
"""Working days from the day of filing."""
DECIDING_DAYS = 30
"""From the day of filing."""
MENDING_DAYS: Mapping[str, int] = MappingProxyType({"critical": 5, "major": 30, "minor": 90})
"""From the day of an order, by the severity of the rule."""
_SATURDAY = 5


def after_days(day: date, days: int) -> date:
    """The last day of so many; the day on which they begin does not count."""
    return day + timedelta(days=days)


def after_working_days(day: date, days: int) -> date:
    """The same of days from Monday through Friday; public holidays are not known here and count as working days."""
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < _SATURDAY
    return day


def late(what: Sentence, due: date, today: date) -> tuple[Sentence, ...]:
    """Says that something was due, and for how long; nothing where it is not late."""
    if today <= due:
        return ()
    days = (today - due).days
    count = "1 day" if days == 1 else f"{days} days"
    return (
        Sentence(
            f"{what.en} was due on {due}, and is overdue by {count}", f"{what.zh}应于 {due} 前完成，已逾期 {days} 天"
        ),
    )
