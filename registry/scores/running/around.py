"""What a run of scores takes from outside of the store; made once in a process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Protocol

from fhir_kernel.store.base import Reader
from registry.scores.running.lots import Lot, LotScorer, Scored
from registry.scores.running.strike import Strike


class Scorer(Protocol):
    """Does the work of a run: on a thread of this process, or in others."""

    @property
    def at_once(self) -> int:
        """How many lots are worth being under way at a time."""

    async def score(self, work: LotScorer, lot: Lot) -> Scored:
        """What comes of a lot; every call of a run has the same work."""


class OnThread:
    """Scores on a thread, so that others are answered meanwhile."""

    at_once = 1

    async def score(self, work: LotScorer, lot: Lot) -> Scored:
        return await asyncio.to_thread(work, lot)


async def no_strikes(_reader: Reader) -> Sequence[Strike]:
    """Nothing was struck."""
    return ()


@dataclass(frozen=True, slots=True)
class Around:
    """Who judges and counts, where days begin, and what errata strike."""

    zone: tzinfo
    engine: str
    """The program that judges and counts, with its version."""
    terminology: str = ""
    """A digest of the tables by which codes are judged."""
    strikes: Callable[[Reader], Awaitable[Sequence[Strike]]] = no_strikes
    scorer: Scorer = field(default_factory=OnThread)
