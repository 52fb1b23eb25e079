"""Numbers and instants as people and FHIR read them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal


def instant(value: datetime) -> str:
    """As FHIR writes one (https://hl7.org/fhir/R4/datatypes.html#instant), in UTC."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def score(value: Decimal | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def change(value: Decimal | None) -> str:
    return "–" if value is None else f"{value:+.2f}"


def percent(value: float) -> str:
    return f"{value:.1%}"


def count(value: int) -> str:
    return f"{value:,}"


def minute(value: datetime) -> str:
    """For people, in UTC."""
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M UTC}"
