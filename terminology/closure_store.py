"""Closure tables that clients keep in step with the server (https://hl7.org/fhir/R4/terminology-service.html#closure)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from fhir_kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class ClosureLimits:
    """How much is kept, and for how long nobody need ask for it."""

    names: int = 1_000
    concepts: int = 10_000
    """In one table."""
    entries: int = 100_000
    """In one table."""
    idle: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClosureEntry:
    """`target` stands so to `source`, both codes of `system`: it subsumes it, or is equal to it."""

    system: str
    source: str
    target: str
    equivalence: str


@dataclass(frozen=True, slots=True)
class Pin:
    """The version of a code system on which a table rests. `stated`: a coding said it."""

    version: str | None
    stated: bool


@dataclass(frozen=True, slots=True)
class Closure:
    """One table. What came with version n is `changes[n - 1]`."""

    name: str
    concepts: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    """The codes by system."""
    pins: Mapping[str, Pin] = field(default_factory=lambda: MappingProxyType({}))
    changes: tuple[tuple[ClosureEntry, ...], ...] = ()

    @property
    def version(self) -> int:
        """The last version issued; that of a new table is 0."""
        return len(self.changes)


class ClosureStore(Protocol):
    """Keeps tables by name; safe to use from several threads."""

    @property
    def limits(self) -> ClosureLimits: ...

    def start(self, name: str) -> Closure:
        """A new table in place of any of this name."""

    def find(self, name: str) -> Closure | None:
        """The table of this name; None where there is none, or none any more."""

    def change(self, name: str, change: Callable[[Closure], Closure]) -> Closure | None:
        """Put what `change` makes of the table in its place, with no other change between; None as in `find`.

        `change` may be called again where another was quicker.
        """


class MemoryClosures:
    """A ClosureStore in memory. Of too many tables the one goes that was not used for longest."""

    def __init__(self, clock: Clock, limits: ClosureLimits | None = None) -> None:
        self.limits = limits or ClosureLimits()
        self._clock = clock
        self._lock = threading.Lock()
        self._held: dict[str, tuple[Closure, datetime]] = {}

    def start(self, name: str) -> Closure:
        made = Closure(name)
        with self._lock:
            self._held.pop(name, None)
            while len(self._held) >= self.limits.names:
                del self._held[next(iter(self._held))]
            self._held[name] = made, self._clock()
        return made

    def find(self, name: str) -> Closure | None:
        with self._lock:
            return self._used(name)

    def change(self, name: str, change: Callable[[Closure], Closure]) -> Closure | None:
        while (held := self.find(name)) is not None:
            made = change(held)
            with self._lock:
                if self._used(name) is held:
                    self._held[name] = made, self._clock()
                    return made
        return None

    def _used(self, name: str) -> Closure | None:
        """The table, which is the last used now; those idle for too long are forgotten, the longest idle come first."""
        now = self._clock()
        for each, (_, used) in list(self._held.items()):
            if now - used < self.limits.idle:
                break
            del self._held[each]
        held = self._held.pop(name, None)
        if held is None:
            return None
        self._held[name] = held[0], now
        return held[0]
