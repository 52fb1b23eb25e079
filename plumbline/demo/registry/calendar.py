"""A clock that can be moved on, so that windows of weeks pass in a demonstration or a test."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

ZONE = timedelta(hours=8)
"""Local time, by which days begin and end."""


class Calendar:
    """Implements fhir_kernel.clock.Clock: ticks as the machine does, and is moved on when it is told to."""

    def __init__(self, start: datetime, now: Callable[[], float] = time.monotonic) -> None:
        """`now` gives seconds that never go back."""
        self._start, self._now, self._began = start, now, now()

    def __call__(self) -> datetime:
        """The time in this story."""
        return self._start + timedelta(seconds=self._now() - self._began)

    @property
    def today(self) -> date:
        """The local day."""
        return (self() + ZONE).date()

    def go_on(self, days: float) -> None:
        """Let days pass."""
        self._start += timedelta(days=days)

    def go_to(self, day: date) -> None:
        """Let days pass until the morning of a local day."""
        self.go_on((day - self.today).days)

    def after(self, days: float) -> str:
        """The instant so many days from now, as JSON has it."""
        return (self() + timedelta(days=days)).isoformat()
