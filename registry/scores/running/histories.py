"""The scores of an institution in the months up to one, by the newest snapshot of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from conformance.scoring.policy import ScorePolicy
from conformance.scoring.trends import WINDOWS, Trend, trends
from fhir_kernel.store.base import Reader
from registry.scores.account import TrendPoint
from registry.scores.running.snapshots import KeptSnapshot, find_row, snapshots


async def points_of(
    reader: Reader, head: KeptSnapshot, row: Mapping[str, Any], institution: str
) -> Sequence[TrendPoint]:
    """As many months as windows of trends look back, the oldest first; months before the first snapshot are left out.

    Of the month of `head` it is the score in `head` itself.
    """
    newest = {each.month: each for each in await snapshots(reader)}
    months = [each for each in _months_up_to(head.month, 2 * max(WINDOWS)) if each >= min(newest)]
    points = []
    for month in months:
        found = None if month not in newest else await find_row(reader, newest[month], institution)
        points.append(_point(month, row if month == head.month else found))
    return points


def windows_of(points: Sequence[TrendPoint], policy: ScorePolicy) -> tuple[Trend, ...]:
    """How the score moves over three and twelve months."""
    return trends([each.value for each in points], policy)


def decimal_of(text: str | None) -> Decimal | None:
    """A score as it stands in a row."""
    return None if text is None else Decimal(text)


def _point(month: str, row: Mapping[str, Any] | None) -> TrendPoint:
    if row is None:
        return TrendPoint(month, None, None, None)
    return TrendPoint(month, *(decimal_of(row[name]) for name in ("score", "lower", "upper")))


def _months_up_to(month: str, count: int) -> Iterator[str]:
    last = int(month[:4]) * 12 + int(month[5:]) - 1
    return (f"{at // 12:04}-{at % 12 + 1:02}" for at in range(last - count + 1, last + 1))
