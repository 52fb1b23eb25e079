"""How a score moved: each period with its interval, and the means of the last months against those before."""

from __future__ import annotations

from functools import partial
from math import nan
from typing import TYPE_CHECKING, Any

from conformance.scoring.trends import Trend
from fhir_kernel.issues import Language
from registry.scores.account import ScoreAccount, TrendPoint
from registry.scores.exports.charts.svg import ACCENT, ALARM, INK, LINE, SIZE, Texts, drawn, plain
from registry.scores.exports.words import word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE, _BOX = (7.0, 2.5), (0.055, 0.12, 0.875, 0.83)
_MOST_LABELS = 13
_STYLES = {3: (0, (4, 2)), 12: (0, (1, 2))}
"""Of the lines of means, by months."""


def trend_chart(account: ScoreAccount, language: Language) -> str:
    """Periods without a score are gaps."""
    points = account.trend
    given = [f"{each.period} {each.value:.2f}" for each in points if each.value is not None]
    said = word("comma", language).join([word("chart-trend", language), *given])
    return drawn("trend", said, _SIZE, _BOX, partial(_paint, points, account.windows))


def _paint(points: tuple[TrendPoint, ...], windows: tuple[Trend, ...], axes: Axes, texts: Texts) -> None:
    plain(axes)
    places = list(range(len(points)))
    values = [_number(each.value) for each in points]
    axes.fill_between(
        places, [_number(each.lower) for each in points], [_number(each.upper) for each in points], color="#c9dbf7"
    )
    axes.plot(places, values, color=ACCENT, linewidth=1.6, marker="o", markersize=3.5)
    for each in windows:
        _means(each, len(points), axes)
    if points and points[-1].value is not None:
        last = float(points[-1].value)
        beside: dict[str, Any] = {"textcoords": "offset points", "ha": "left", "va": "center"}
        axes.annotate(texts.put(f"{last:.2f}"), (places[-1], last), (9, 0), color=INK, **beside)
    step = -(-len(points) // _MOST_LABELS) or 1
    labelled = [place for place in places if (places[-1] - place) % step == 0]
    axes.set_xticks(labelled, [texts.put(_short(points[place].period)) for place in labelled], fontsize=SIZE - 1)
    axes.set_xlim(-0.5, max(len(points) - 0.5, 0.5))
    _scale(axes, texts)


def _means(window: Trend, count: int, axes: Axes) -> None:
    """The mean of the last months and that of the months before, each over its months."""
    begin, before = max(0, count - window.months), max(0, count - 2 * window.months)
    for mean, left, right in ((window.mean, begin, count), (window.before, before, begin)):
        if mean is not None and left < right:
            colour = ALARM if window.alarm else INK
            ends, style = [left - 0.4, right - 0.95], _STYLES[window.months]
            axes.plot(ends, [float(mean)] * 2, color=colour, linewidth=1, linestyle=style)


def _scale(axes: Axes, texts: Texts) -> None:
    low, high = axes.get_ylim()
    bottom, top = max(0, 10 * int(low // 10)), min(100, 10 * int(-(-high // 10)))
    step = 10 if top - bottom <= 50 else 20
    ticks = list(range(bottom, top + 1, step))
    axes.set_yticks(ticks, [texts.put(str(each)) for each in ticks])
    axes.set_ylim(bottom, top + 1)
    axes.grid(axis="y", color=LINE, linewidth=0.6)


def _number(value: object) -> float:
    return nan if value is None else float(str(value))


def _short(period: str) -> str:
    """The first day of a period that is no month."""
    return period.partition("/")[0]
