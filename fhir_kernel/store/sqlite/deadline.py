"""A limit for one question: a search that takes longer is interrupted (https://www.sqlite.org/c3ref/interrupt.html).

An interrupt from outside may come too late and hit a statement that writes, which would undo the whole transaction: on
the thread that writes a search looks at the clock itself (https://www.sqlite.org/c3ref/progress_handler.html).
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from fhir_kernel.errors import LimitExceeded
from fhir_kernel.store.sqlite.faults import primary_code

STEPS = 1000
"""Instructions of SQLite's machine from one look at the clock to the next."""
_AGAIN = 0.05
"""Seconds between interruptions: one ends but the statement that runs, and a question may have several."""


class Deadline:
    """Ends one question after so many seconds, or when nobody waits for its answer any more.

    It is begun and ended by the thread that asks, and watched by the event loop.
    """

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._now, self._lock = seconds, now, Lock()
        self._connection: sqlite3.Connection | None = None
        self._ends = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False
        self.has_passed = False
        """Whether the question has been interrupted, or is not to be asked any more."""

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look when the time may be over, and again where it is not."""
        self._timer = loop.call_later(self._seconds, self._look, loop)

    def begin(self, connection: sqlite3.Connection) -> bool:
        """The question is asked now, unless nobody waits; until now it waited itself, which does not count."""
        with self._lock:
            self._connection, self._ends = connection, self._now() + self._seconds
            return not self.has_passed

    def end(self) -> None:
        """The question is answered; its connection is another's from now on."""
        with self._lock:
            self._connection, self._is_over = None, True

    def forget(self) -> None:
        """Watch no longer, unless it has been interrupted: then until it has ended."""
        if self._timer is not None and not self.has_passed:
            self._timer.cancel()

    def abandon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Nobody waits any more: interrupt, until it has ended; if it has not begun, it need not."""
        self.forget()
        with self._lock:
            self._ends, self.has_passed = 0.0, True
            is_asked = self._connection is not None
        if is_asked:
            self._look(loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            left = self._ends - self._now() if self._connection is not None else self._seconds
            if self._connection is not None and left <= 0:
                self.has_passed, left = True, _AGAIN
                self._connection.interrupt()
            if not self._is_over:
                self._timer = loop.call_later(max(left, 0.001), self._look, loop)


class Timed:
    """Searches of a connection that look at the clock themselves."""

    def __init__(
        self, connection: sqlite3.Connection, seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._connection, self._seconds, self._now, self._ends = connection, seconds, now, 0.0

    @contextmanager
    def search(self) -> Iterator[None]:
        """One search. Raises LimitExceeded once it has taken too long."""
        self._ends = self._now() + self._seconds
        self._connection.set_progress_handler(self.has_passed, STEPS)
        try:
            yield
        except sqlite3.OperationalError as error:
            if not (self.has_passed() and primary_code(error) == sqlite3.SQLITE_INTERRUPT):
                raise
            raise too_long(self._seconds) from error
        finally:
            self._connection.set_progress_handler(None, 0)

    def has_passed(self) -> bool:
        """Whether the time of the search is over."""
        return self._now() > self._ends


def too_long(seconds: float) -> LimitExceeded:
    """What is said of a search that was interrupted."""
    return LimitExceeded(f"a search takes longer than the {seconds:g} seconds that it may; ask for less at a time")
