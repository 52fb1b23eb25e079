"""A circuit breaker: a server that fails again and again is left alone for a while, so that nobody waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable


class CircuitBreaker:
    """Closed until `failures` in a row; then open for `rest` seconds; then one trial decides. Threads may share it."""

    def __init__(self, failures: int, rest: float, now: Callable[[], float]) -> None:
        """`now` gives seconds that never go back."""
        self._failures, self._rest, self._now = failures, rest, now
        self._in_a_row = 0
        self._opened: float | None = None
        self._on_trial = False
        self._lock = threading.Lock()

    def admits(self) -> bool:
        """Whether the server may be asked now; who is told so must `record` what came of it."""
        with self._lock:
            if self._opened is None:
                return True
            if self._on_trial or self._now() - self._opened < self._rest:
                return False
            self._on_trial = True
            return True

    def record(self, *, well: bool) -> None:
        """Tell how an admitted call ended."""
        with self._lock:
            self._on_trial = False
            if well:
                self._in_a_row, self._opened = 0, None
                return
            self._in_a_row += 1
            if self._in_a_row >= self._failures:
                self._opened = self._now()
