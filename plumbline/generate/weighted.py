"""A choice among things of which some come up more often than others."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Weighted(Generic[Thing]):
    """Things with the sums of their weights; made by `weighted`, drawn from in logarithmic time."""

    things: tuple[Thing, ...]
    sums: tuple[float, ...]

    def draw(self, rng: Random) -> Thing:
        """One of the things, each as likely as its weight says."""
        return self.things[bisect(self.sums, rng.random() * self.sums[-1], 0, len(self.sums) - 1)]


def weighted(rows: Iterable[tuple[Thing, float]]) -> Weighted[Thing]:
    """A choice among things with their weights, at least one of which is above 0."""
    things, weights = zip(*rows, strict=True)
    return Weighted(things, tuple(accumulate(weights)))
