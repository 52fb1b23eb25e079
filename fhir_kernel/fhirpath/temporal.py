"""Dates and times that may be partial, with comparison that says when it cannot tell.

https://hl7.org/fhirpath/N1/index.html#comparison and #datetime-arithmetic. A `Date` or `DateTime` ends at its
precision: `2012-04` has no day. Seconds and milliseconds are one precision.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

Parts = tuple[int | Decimal, ...]


@dataclass(frozen=True, slots=True)
class Date:
    """Year, month and day, from the year on as far as known."""

    parts: Parts

    def __str__(self) -> str:
        return _date_text(self.parts)


@dataclass(frozen=True, slots=True)
class DateTime:
    """A date with, perhaps, hour, minute and seconds (a Decimal that keeps its digits) and the zone in minutes."""

    parts: Parts
    zone: int | None = None

    def __str__(self) -> str:
        text = _date_text(self.parts[:3])
        return f"{text}T{_time_text(self.parts[3:])}{_zone_text(self.zone)}" if len(self.parts) > 3 else text


@dataclass(frozen=True, slots=True)
class Time:
    """Hour, minute and seconds, from the hour on as far as known."""

    parts: Parts

    def __str__(self) -> str:
        return _time_text(self.parts)


Temporal = Date | DateTime | Time

_DATE = r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
_TIME = r"(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d+)?))?)?"
_ZONE = r"(Z|[+-]\d\d:\d\d)"
_DATE_FORM = re.compile(_DATE)
_TIME_FORM = re.compile(_TIME)
_DATETIME_FORM = re.compile(rf"{_DATE}(?:T{_TIME}{_ZONE}?)?")


def parse_date(text: str) -> Date | None:
    """The date that `text` (`2012-04`) is, or None."""
    found = _DATE_FORM.fullmatch(text)
    parts = _numbers(found.groups()) if found else ()
    return Date(parts) if parts and _is_day(parts) else None


def parse_datetime(text: str) -> DateTime | None:
    """The date and time that `text` (`2012-04-15T10:00+02:00`, `2012`) is, or None."""
    found = _DATETIME_FORM.fullmatch(text)
    if not found:
        return None
    *groups, zone = found.groups()
    if groups[3] is not None and groups[2] is None:
        return None
    parts = _numbers(groups)
    if not _is_day(parts[:3]) or not _is_time(parts[3:]):
        return None
    return DateTime(parts, _zone_minutes(zone) if zone else None)


def parse_time(text: str) -> Time | None:
    """The time that `text` (`10:30`) is, or None."""
    found = _TIME_FORM.fullmatch(text)
    parts = _numbers(found.groups()) if found else ()
    return Time(parts) if parts and _is_time(parts) else None


def from_datetime(moment: datetime) -> DateTime:
    """`moment` to the millisecond, with its zone."""
    second = Decimal(moment.second) + Decimal(moment.microsecond // 1000).scaleb(-3)
    offset = moment.utcoffset()
    parts = (moment.year, moment.month, moment.day, moment.hour, moment.minute, second.quantize(Decimal("0.001")))
    return DateTime(parts, None if offset is None else int(offset.total_seconds() // 60))


def compare(a: Temporal, b: Temporal) -> int | None:
    """-1, 0 or 1 as `a` is before, at or after `b`; None where their precision or zones do not tell."""
    zone_a, zone_b = _zone(a), _zone(b)
    if zone_a == zone_b:
        return _compare_parts(a.parts, b.parts)
    if zone_a is not None and zone_b is not None:
        return _compare_parts(_in_utc(a.parts, zone_a), _in_utc(b.parts, zone_b))
    first_a, last_a = _span(a)
    first_b, last_b = _span(b)
    if last_a < first_b:
        return -1
    return 1 if first_a > last_b else None


def in_utc(value: Temporal) -> Temporal:
    """The same instant in UTC; unchanged where there is no zone."""
    return DateTime(_in_utc(value.parts, value.zone), 0) if isinstance(value, DateTime) and value.zone else value


def add(value: Temporal, amount: Decimal, unit: str) -> Temporal | None:
    """`value` plus whole `unit`s (`month`); a fraction is dropped, the day is cut to its month, None out of range."""
    whole = int(amount)
    if isinstance(value, Time):
        return _add_to_time(value, whole * _MILLISECONDS[unit]) if unit in _MILLISECONDS else None
    if unit in ("year", "month"):
        months = whole * (12 if unit == "year" else 1)
        return _add_months(value, _toward_zero(months, 12) * 12 if len(value.parts) == 1 else months)
    return _add_milliseconds(value, whole * _MILLISECONDS[unit])


_MILLISECONDS = {
    "week": 604_800_000,
    "day": 86_400_000,
    "hour": 3_600_000,
    "minute": 60_000,
    "second": 1000,
    "millisecond": 1,
}


def _toward_zero(value: int, unit: int) -> int:
    return value // unit if value >= 0 else -(-value // unit)


def _add_months(value: Date | DateTime, months: int) -> Date | DateTime | None:
    year, month = int(value.parts[0]), int(value.parts[1]) if len(value.parts) > 1 else 1
    year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    if not 1 <= year <= 9999:
        return None
    parts: Parts = (year, month, *value.parts[2:])[: len(value.parts)]
    if len(parts) > 2:
        parts = (year, month, min(int(parts[2]), monthrange(year, month)[1]), *parts[3:])
    return replace(value, parts=parts)


def _add_milliseconds(value: Date | DateTime, milliseconds: int) -> Date | DateTime | None:
    """A quantity finer than the value's precision is first turned to that precision, as the specification says."""
    count = len(value.parts)
    if count <= 2:
        days = _toward_zero(milliseconds, _MILLISECONDS["day"])
        return _add_months(value, _toward_zero(days, 365) * 12 if count == 1 else _toward_zero(days, 30))
    unit = {3: "day", 4: "hour", 5: "minute"}.get(count, "millisecond")
    milliseconds = _toward_zero(milliseconds, _MILLISECONDS[unit]) * _MILLISECONDS[unit]
    moment, rest = _moment(value.parts)
    try:
        moment += timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
    second = _keep_digits(value.parts, moment, rest)
    parts: Parts = (moment.year, moment.month, moment.day, moment.hour, moment.minute, second)
    return replace(value, parts=parts[:count])


def _add_to_time(value: Time, milliseconds: int) -> Time:
    moment = _add_milliseconds(DateTime((2000, 1, 1, *value.parts)), milliseconds)
    return Time(moment.parts[3:]) if moment else value


def _keep_digits(parts: Parts, moment: datetime, rest: Decimal) -> Decimal:
    """Seconds with as many digits as `parts` had, or more where they are needed."""
    second = Decimal(moment.second) + Decimal(moment.microsecond).scaleb(-6) + rest
    digits = -int(Decimal(parts[5]).as_tuple().exponent) if len(parts) > 5 else 0
    needed = max(digits, -int(second.normalize().as_tuple().exponent), 0)
    return second.quantize(Decimal(1).scaleb(-needed))


def _moment(parts: Parts) -> tuple[datetime, Decimal]:
    """A datetime at the start of what `parts` cover, and what is below a microsecond."""
    year, month, day, hour, minute = (int(part) for part in (*parts, *(0, 1, 1, 0, 0)[len(parts) :])[:5])
    whole = datetime(year, month, day, hour, minute, tzinfo=UTC)
    if len(parts) < 6:
        return whole, Decimal(0)
    micros = Decimal(parts[5]) * 1_000_000
    return whole + timedelta(microseconds=int(micros)), (micros - int(micros)).scaleb(-6)


def _in_utc(parts: Parts, zone: int) -> Parts:
    if zone == 0 or len(parts) < 4:
        return parts
    moment, rest = _moment(parts)
    try:
        moment -= timedelta(minutes=zone)
    except OverflowError:
        return parts
    second = Decimal(moment.second) + Decimal(moment.microsecond).scaleb(-6) + rest
    shifted: Parts = (moment.year, moment.month, moment.day, moment.hour, moment.minute, second)
    return shifted[: len(parts)]


def _compare_parts(a: Parts, b: Parts) -> int | None:
    for x, y in zip(a, b, strict=False):
        if x != y:
            return -1 if x < y else 1
    return 0 if len(a) == len(b) else None


def _zone(value: Temporal) -> int | None:
    return value.zone if isinstance(value, DateTime) else None


def _span(value: Temporal) -> tuple[float, float]:
    """The earliest and latest instant (seconds) that a value may mean; an unknown zone is +14:00 to -12:00."""
    first = _moment(value.parts)[0].timestamp()
    lengths = (366 * 86_400, 31 * 86_400, 86_400, 3600, 60)
    last = first + (lengths[len(value.parts) - 1] if len(value.parts) < 6 else 0)
    zone = _zone(value)
    if zone is not None:
        return first - zone * 60, last - zone * 60
    return first - 14 * 3600, last + 12 * 3600


def _numbers(groups: tuple[str | None, ...] | list[str | None]) -> Parts:
    """The groups that matched; the seconds as a Decimal that keeps its digits."""
    given = [text for text in groups if text is not None]
    seconds = 5 if len(groups) > 3 else 2
    is_time = len(groups) == 6 or (len(groups) == 3 and len(given[0]) == 2)
    return tuple(Decimal(t) if is_time and i == seconds else int(t) for i, t in enumerate(given))


def _is_day(parts: Parts) -> bool:
    if not 1 <= parts[0] <= 9999 or (len(parts) > 1 and not 1 <= parts[1] <= 12):
        return False
    return len(parts) < 3 or 1 <= parts[2] <= monthrange(int(parts[0]), int(parts[1]))[1]


def _is_time(parts: Parts) -> bool:
    return all(0 <= part < limit for part, limit in zip(parts, (24, 60, 60), strict=False))


def _zone_minutes(text: str) -> int:
    if text == "Z":
        return 0
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return -minutes if text[0] == "-" else minutes


def _zone_text(zone: int | None) -> str:
    if zone is None:
        return ""
    return f"{'-' if zone < 0 else '+'}{abs(zone) // 60:02}:{abs(zone) % 60:02}" if zone else "Z"


def _date_text(parts: Parts) -> str:
    return "-".join(f"{int(part):04}" if i == 0 else f"{int(part):02}" for i, part in enumerate(parts))


def _time_text(parts: Parts) -> str:
    texts = [f"{part:02}" for part in parts[:2]]
    if len(parts) > 2:
        whole, _, fraction = format(Decimal(parts[2]), "f").partition(".")
        texts.append(whole.zfill(2) + (f".{fraction}" if fraction else ""))
    return ":".join(texts)
