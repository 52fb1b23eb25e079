"""Peers by the records that speak for them and their score, within the limits of chance; only one of them is named."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conformance.scoring.peers import ALARM as OUTER
from conformance.scoring.peers import WARNING as INNER
from conformance.scoring.peers import Funnel, Point
from fhir_kernel.issues import Language
from registry.scores.exports.charts.svg import ACCENT, FAINT_WASH, INK, LINE, QUIET, SIZE, WASH, Texts, drawn, plain
from registry.scores.exports.words import word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE, _BOX = (7.0, 2.9), (0.055, 0.17, 0.9, 0.8)
_STEPS = 80
_LONGEST_NAME = 30


def funnel_chart(peers: Funnel, own: Point | None, name: str, language: Language) -> str:
    """`own` is the point that has a name."""
    said = word("chart-funnel", language, count=len(peers.points), centre=f"{peers.centre:.2f}")
    if own is not None:
        where = word(own.place, language)
        said += word("chart-own", language, score=f"{own.score:.2f}", records=own.records, place=where)
    paint = partial(_paint, peers, own, _shortened(name), word("records", language))
    return drawn("funnel", said, _SIZE, _BOX, paint)


def _paint(peers: Funnel, own: Point | None, name: str, records: str, axes: Axes, texts: Texts) -> None:
    plain(axes)
    left, right = _span(peers)
    _bands(peers, left, right, axes)
    others = [each for each in peers.points if each is not own]
    others.sort(key=lambda each: (each.records, each.score))  # in the order of ids they could be told by name
    axes.scatter([each.records for each in others], [each.score for each in others], s=16, color=QUIET, linewidths=0)
    if own is not None:
        axes.scatter([own.records], [own.score], s=48, color=ACCENT, zorder=4)
        is_left = own.records**2 < left * right
        at, side = (7.0, "left") if is_left else (-7.0, "right")
        axes.annotate(
            texts.put(name), (own.records, own.score), (at, 5), textcoords="offset points", ha=side, color=ACCENT
        )
    _ticks(left, right, records, axes, texts)


def _bands(peers: Funnel, left: float, right: float, axes: Axes) -> None:
    places = [left * (right / left) ** (step / _STEPS) for step in range(_STEPS + 1)]
    for z, colour in ((OUTER, FAINT_WASH), (INNER, WASH)):
        limits = [peers.band(max(1, round(each)), z) for each in places]
        axes.fill_between(places, [low for low, _ in limits], [high for _, high in limits], color=colour, linewidth=0)
    axes.axhline(peers.centre, color=INK, linewidth=0.8)


def _span(peers: Funnel) -> tuple[float, float]:
    counts = [each.records for each in peers.points]
    return max(1.0, min(counts) / 1.6), max(counts) * 1.6


def _ticks(left: float, right: float, records: str, axes: Axes, texts: Texts) -> None:
    axes.set_xscale("log")
    axes.set_xlim(left, right)
    low, high = axes.get_ylim()
    axes.set_ylim(max(0, low), min(101, high))
    step = 5 if high - low <= 40 else 20
    rows = [each for each in range(0, 101, step) if max(0, low) <= each <= high]
    axes.set_yticks(rows, [texts.put(str(each)) for each in rows])
    columns = [mantissa * 10**power for power in range(10) for mantissa in (1, 2, 5)]
    columns = [each for each in columns if left <= each <= right]
    axes.set_xticks(columns, [texts.put(f"{each:,}") for each in columns])
    axes.minorticks_off()
    axes.grid(axis="y", color=LINE, linewidth=0.6)
    axes.set_xlabel(texts.put(records), color=QUIET, fontsize=SIZE)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
