"""What the time is and how new things are named: passed in wherever it matters, so that tests decide both."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def __call__(self) -> datetime:
        """Now, with a time zone."""


class NewId(Protocol):
    """Names new resources."""

    def __call__(self) -> str:
        """An id that was never given before: at most 64 of `A-Za-z0-9-.` (https://hl7.org/fhir/R4/datatypes.html#id)."""


def system_clock() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


def random_id() -> str:
    """A random UUID in lower case."""
    return str(uuid.uuid4())
