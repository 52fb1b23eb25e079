"""How good a share is at the least, given how few records speak for it.

https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval#Wilson_score_interval
"""

from __future__ import annotations

from math import sqrt


def lower_bound(passed: float, judged: float, z: float) -> float:
    """The one-sided lower limit of Wilson's interval; zero where nothing was judged.

    [p + z²/2n - z·sqrt(p(1-p)/n + z²/4n²)] / (1 + z²/n), multiplied by n above and below.
    """
    if passed <= 0:
        return 0.0
    square = z * z
    return (passed + square / 2 - z * _root(passed, judged, square)) / (judged + square)


def slopes(passed: float, judged: float, lower: float, z: float) -> tuple[float, float]:
    """How the limit, now at `lower`, changes with each that passes instead of failing, and with each that is judged."""
    if judged <= 0:
        return 0.0, 0.0
    square = z * z
    share, twice = passed / judged, 2 * _root(passed, judged, square)
    by_passed = (1 - z * (1 - 2 * share) / twice) / (judged + square)
    by_judged = -(z * share * share / twice + lower) / (judged + square)
    return by_passed, by_judged


def design_effect(judged: int, clusters: int, rho: float) -> float:
    """By how much records of the same patient and day say less than as many strangers: 1 + (m - 1)·ρ, never below 1."""
    return max(1.0, 1 + (judged / clusters - 1) * rho) if clusters > 0 else 1.0


def _root(passed: float, judged: float, square: float) -> float:
    return sqrt(passed * max(0.0, judged - passed) / judged + square / 4)
