"""The days that are scored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from conformance.scoring.said import ScoringRefused, check

_MONTH = re.compile(r"(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `begin` through `end`."""

    begin: date
    end: date

    def __post_init__(self) -> None:
        text = f"it ends on {self.end}, before it begins on {self.begin}; expected the other way round"
        check(self.begin <= self.end, "period", text, f"结束日 {self.end} 早于开始日 {self.begin}；应相反")

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.end - self.begin).days + 1

    @property
    def name(self) -> str:
        """As it is written in a snapshot."""
        return f"{self.begin}/{self.end}"

    def has(self, day: date) -> bool:
        """Whether a day is in it."""
        return self.begin <= day <= self.end

    def shared(self, other: Period) -> int:
        """How many days two periods have in common."""
        return max(0, (min(self.end, other.end) - max(self.begin, other.begin)).days + 1)


def month(text: str, today: date) -> Period:
    """The month that is written `2026-10`; it is over by `today`. Raises ScoringRefused."""
    found = _MONTH.fullmatch(text)
    if found is None:
        raise ScoringRefused(
            "period", f"found '{text}'; expected a month such as 2026-10", f"“{text}”应为月份，如 2026-10"
        )
    begin = date(int(found["year"]), int(found["month"]), 1)
    end = (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    text_en = f"{text} ends on {end}; expected a period that is over, today being {today}"
    check(end < today, "period", text_en, f"{text} 于 {end} 结束；今天是 {today}，应选已结束的周期")
    return Period(begin, end)
