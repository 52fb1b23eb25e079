"""Instants and the intervals that less precise dates stand for (https://hl7.org/fhir/R4/datatypes.html#dateTime)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from fhir_server.outcomes import refused

_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(\.[0-9]{1,9})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?\Z",
    re.ASCII,
)


def interval(name: str, text: str) -> tuple[datetime, datetime]:
    """From the first instant that `text` covers to the first that it does not, in UTC where it names no zone.

    Raises RequestRefused (400).
    """
    found = _DATE.match(text.replace(" ", "+"))
    try:
        if found is None:
            raise ValueError(text)
        begin = _begin(found)
        return begin, _end(found, begin)
    except (ValueError, OverflowError):
        raise refused("value", f"'{name}' is '{text}'; expected an instant such as 2024-05-06T07:08:09Z") from None


def _begin(found: re.Match[str]) -> datetime:
    year, month, day, hour, minute, second = (int(each) if each else None for each in found.groups()[:6])
    fraction = int(float(found[7] or 0) * 1_000_000)
    zone = datetime.strptime((found[8] or "Z").replace("Z", "+00:00"), "%z").tzinfo
    begin = datetime(year or 1, month or 1, day or 1, hour or 0, minute or 0, second or 0, fraction, tzinfo=zone)
    return begin.astimezone(UTC)


def _end(found: re.Match[str], begin: datetime) -> datetime:
    if found[2] is None:
        return begin.replace(year=begin.year + 1)
    if found[3] is None:
        return (begin.replace(day=1) + timedelta(days=32)).replace(day=1)
    steps = ((7, timedelta(milliseconds=1)), (6, timedelta(seconds=1)), (5, timedelta(minutes=1)))
    return begin + next((step for group, step in steps if found[group] is not None), timedelta(days=1))
