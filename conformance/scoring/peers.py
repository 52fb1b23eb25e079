"""Institutions of one class as a funnel: who differs from its peers by more than chance; no league table.

D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 (2005),
https://doi.org/10.1002/sim.1970: limits at 95 and 99.8 %, widened by the over-dispersion that the peers show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from typing import Literal

from conformance.scoring.assess import Assessment

WARNING, ALARM = 1.96, 3.09
_WINSORISED = 0.1
"""The share of peers at either end that does not widen the limits."""
Place = Literal["far below", "below", "within", "above", "far above"]


@dataclass(frozen=True, slots=True)
class Point:
    """One institution: how many records speak for it, its score, and where that lies."""

    owner: str
    records: int
    score: float
    place: Place


@dataclass(frozen=True, slots=True)
class Funnel:
    """The peers around their common score."""

    centre: float
    dispersion: float
    """The factor of the variance, 1 where peers differ by chance alone."""
    points: tuple[Point, ...]

    def band(self, records: int, z: float) -> tuple[float, float]:
        """The limits for so many records."""
        half = z * sqrt(self.dispersion) * _error(self.centre, records)
        return max(0.0, self.centre - half), min(100.0, self.centre + half)


def funnel(peers: Sequence[Assessment]) -> Funnel | None:
    """The funnel of those with a score; None where there are none."""
    rows = sorted(
        (each.owner, each.records, float(each.value)) for each in peers if each.value is not None and each.records > 0
    )
    if not rows:
        return None
    whole = sum(records for _, records, _ in rows)
    centre = fsum(records * score for _, records, score in rows) / whole
    empty = Funnel(centre, _dispersion(centre, rows), ())
    points = tuple(Point(owner, records, score, _place(empty, records, score)) for owner, records, score in rows)
    return Funnel(centre, empty.dispersion, points)


def _dispersion(centre: float, rows: Sequence[tuple[str, int, float]]) -> float:
    apart = sorted((score - centre) / (_error(centre, records) or 1.0) for _, records, score in rows)
    cut = int(len(apart) * _WINSORISED)
    low, high = apart[cut], apart[-1 - cut]
    return max(1.0, fsum(min(max(each, low), high) ** 2 for each in apart) / len(apart))


def _place(bands: Funnel, records: int, score: float) -> Place:
    low, high = bands.band(records, WARNING)
    lowest, highest = bands.band(records, ALARM)
    if low <= score <= high:
        return "within"
    if score < low:
        return "far below" if score < lowest else "below"
    return "far above" if score > highest else "above"


def _error(centre: float, records: int) -> float:
    return sqrt(centre * (100 - centre) / records)
