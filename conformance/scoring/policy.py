"""The numbers that turn tallies into a score; whoever publishes scores chooses and publishes them too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

from conformance.scoring.model import DIMENSIONS, SEVERITIES, Dimension, Severity
from conformance.scoring.said import check


@dataclass(frozen=True, slots=True)
class Level:
    """What a level asks for."""

    id: str
    lower: float
    """Of the score, at its lower limit."""
    dimension: float
    """Of each dimension."""
    coverage: float
    """Of the volumes that are expected, on average over data sets."""
    open_critical: int | None = None
    """Critical findings that may be open at the most; None is no limit."""
    periods: int = 1
    """In how many periods in a row the numbers must give it."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A dimension that must not fall below a value; where it does, no level is held."""

    dimension: Dimension
    least: float


@dataclass(frozen=True, slots=True)
class ScorePolicy:
    """See policy.toml, which has the values that come with it."""

    version: str
    weights: Mapping[Dimension, float]
    severities: Mapping[Severity, float]
    levels: tuple[Level, ...]
    gate: Gate | None
    z: float = 1.645
    rho: float = 0.1
    floor: float = 0.01
    draws: int = 1000
    tail: float = 0.05
    error_limit: float = 0.005
    least_days: int = 10
    least_institutions: int = 3
    strict_volumes: bool = False
    alarm: float = 5.0

    def __post_init__(self) -> None:
        _check_weights(self)
        _check_levels(self)
        _check_numbers(self)

    @property
    def where(self) -> str:
        """How messages name it."""
        return f"score policy {self.version}"


def _check_weights(policy: ScorePolicy) -> None:
    where, total = policy.where, fsum(policy.weights.values())
    for name, weight in policy.weights.items():
        text = f"found '{name}'; expected one of {', '.join(DIMENSIONS)}"
        check(name in DIMENSIONS, f"{where}, weights", text, f"“{name}”不是维度；应为 {'、'.join(DIMENSIONS)} 之一")
        check(
            0 < weight <= 1,
            f"{where}, weights.{name}",
            f"found {weight}; expected more than 0 and at most 1",
            f"为 {weight}；应大于 0 且不大于 1",
        )
    text = f"they add up to {round(total, 9)}; expected 1"
    check(abs(total - 1) < 1e-9, f"{where}, weights", text, f"合计 {round(total, 9)}；应为 1")
    names = f"found {', '.join(policy.severities) or 'none'}; expected each of {', '.join(SEVERITIES)}"
    zh = f"为 {'、'.join(policy.severities) or '空'}；应为 {'、'.join(SEVERITIES)}"
    check(set(policy.severities) == set(SEVERITIES), f"{where}, severities", names, zh)
    for severity, value in policy.severities.items():
        text = f"found {value}; expected 0 to 1000"
        check(0 <= value <= 1000, f"{where}, severities.{severity}", text, f"为 {value}；应在 0 至 1000 之间")


def _check_levels(policy: ScorePolicy) -> None:
    for level in policy.levels:
        fits = 0 <= level.lower <= 100 and 0 <= level.dimension <= 1 and 0 <= level.coverage <= 1
        where = f"{policy.where}, level {level.id}"
        text = f"found lower = {level.lower}, dimension = {level.dimension}, coverage = {level.coverage}"
        expected = "expected 0 to 100, and 0 to 1 for the others"
        check(fits, where, f"{text}; {expected}", f"{text}；lower 应在 0 至 100，其余在 0 至 1")
        check(
            level.periods in (1, 2),
            where,
            f"found periods = {level.periods}; expected 1 or 2",
            f"periods 为 {level.periods}；应为 1 或 2",
        )
    for low, high in pairwise(policy.levels):
        rises = low.lower < high.lower and low.dimension <= high.dimension and low.coverage <= high.coverage
        where = f"{policy.where}, levels"
        text = f"{high.id} asks for less than {low.id} before it; expected each to ask for more"
        check(rises and low.periods <= high.periods, where, text, f"{high.id} 的要求低于 {low.id}；应逐级提高")
    if policy.gate is not None:
        known = policy.gate.dimension in policy.weights and 0 <= policy.gate.least <= 1
        text = f"found {policy.gate.dimension} at {policy.gate.least}; expected a weighted dimension, and 0 to 1"
        zh = f"为 {policy.gate.dimension}、{policy.gate.least}；应为有权重的维度及 0 至 1"
        check(known, f"{policy.where}, gate", text, zh)


def _check_numbers(policy: ScorePolicy) -> None:
    limits: tuple[tuple[str, float, float], ...] = (
        ("z", 0, 5),
        ("rho", 0, 1),
        ("floor", 1e-6, 0.5),
        ("draws", 100, 100_000),
        ("tail", 0.001, 0.5),
        ("error_limit", 0, 1),
        ("least_days", 1, 366),
        ("least_institutions", 1, 1000),
        ("alarm", 0, 100),
    )
    for name, low, high in limits:
        value = getattr(policy, name)
        text = f"found {value}; expected {low} to {high}"
        check(low <= value <= high, f"{policy.where}, {name}", text, f"为 {value}；应在 {low} 至 {high} 之间")
