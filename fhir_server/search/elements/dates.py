"""Dates, periods and timings to intervals (https://hl7.org/fhir/R4/search.html#date)."""

from __future__ import annotations

from typing import Any

from fhir_kernel.store.values import EARLIEST, LATEST, DateValue, Value
from fhir_server.search.elements.intervals import Interval, interval


def of_date(element: Any, out: list[Value]) -> None:
    """A date, dateTime or instant."""
    found = interval(element)
    if found is not None:
        out.append(DateValue(*found))


def of_period(element: Any, out: list[Value]) -> None:
    """A Period, open where it has no start or end."""
    found = _period(element)
    if found is not None:
        out.append(DateValue(*found))


def of_timing(element: Any, out: list[Value]) -> None:
    """A Timing: from the first to the last of its events and the bounds of its repetition, as far as they are known."""
    if element.__class__ is not dict:
        return
    events = element.get("event")
    found = [known for each in (events if isinstance(events, list) else ()) if (known := interval(each)) is not None]
    repeat = element.get("repeat")
    bounds = _period(repeat.get("boundsPeriod")) if isinstance(repeat, dict) else None
    if bounds is not None:
        found.append(bounds)
    if found:
        out.append(DateValue(min(low for low, _ in found), max(high for _, high in found)))


def _period(element: Any) -> Interval | None:
    if element.__class__ is not dict:
        return None
    start, end = interval(element.get("start")), interval(element.get("end"))
    if start is None and end is None:
        return None
    return (start[0] if start is not None else EARLIEST), (end[1] if end is not None else LATEST)
