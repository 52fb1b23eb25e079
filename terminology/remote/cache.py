"""Answers of the upstream server that are kept for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class AnswerCache(Generic[Key, Value]):
    """Values with an age limit each, bounded in number and in bytes; the oldest go first. Threads may share it."""

    def __init__(self, most: int, most_bytes: int, now: Callable[[], float]) -> None:
        """`now` gives seconds that never go back."""
        self._most, self._most_bytes, self._now = most, most_bytes, now
        self._held: dict[Key, tuple[Value, float, int]] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """The value; None where there is none, or it has become too old."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            value, until, _ = found
            if self._now() < until:
                return value
            self._drop(key)
            return None

    def put(self, key: Key, value: Value, *, seconds: float, size: int) -> None:
        """Keep a value of `size` bytes for `seconds`; one that is larger than all that may be kept is not."""
        if seconds <= 0 or size > self._most_bytes:
            return
        with self._lock:
            if key in self._held:
                self._drop(key)
            while self._held and (len(self._held) >= self._most or self._bytes + size > self._most_bytes):
                self._drop(next(iter(self._held)))
            self._held[key] = (value, self._now() + seconds, size)
            self._bytes += size

    def _drop(self, key: Key) -> None:
        self._bytes -= self._held.pop(key)[2]
