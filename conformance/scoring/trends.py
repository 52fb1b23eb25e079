"""How scores move over rolling three and twelve months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from conformance.scoring.policy import ScorePolicy

WINDOWS = (3, 12)


@dataclass(frozen=True, slots=True)
class Trend:
    """The mean of the last months against that of as many before; None where a window has no score at all."""

    months: int
    mean: Decimal | None
    before: Decimal | None
    alarm: bool

    @property
    def change(self) -> Decimal | None:
        """By how much it rose."""
        return None if self.mean is None or self.before is None else self.mean - self.before


def trends(scores: Sequence[Decimal | None], policy: ScorePolicy) -> tuple[Trend, ...]:
    """By window, of monthly scores, the oldest first; None is a month without a score."""
    return tuple(_trend(scores, months, Decimal(str(policy.alarm))) for months in WINDOWS)


def _trend(scores: Sequence[Decimal | None], months: int, alarm: Decimal) -> Trend:
    mean, before = _mean(scores[-months:]), _mean(scores[-2 * months : -months])
    falls = mean is not None and before is not None and before - mean >= alarm
    return Trend(months, mean, before, falls)


def _mean(scores: Sequence[Decimal | None]) -> Decimal | None:
    given = [each for each in scores if each is not None]
    return (sum(given, Decimal(0)) / len(given)).quantize(Decimal("0.0001")) if given else None
