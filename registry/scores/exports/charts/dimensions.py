"""The dimensions of a score as bars."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fhir_kernel.issues import Language
from registry.scores.account import ScoreAccount
from registry.scores.exports.charts.svg import ACCENT, INK, LINE, QUIET, SIZE, Texts, drawn, plain
from registry.scores.exports.words import word

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH, _ROW, _LABELS = 4.6, 0.26, 0.52


def dimensions_chart(account: ScoreAccount, language: Language) -> str:
    """One bar each, in the order of the account; the scale goes from 0 to 1."""
    rows = [(f"{each.id} {each.title.said_in(language)}", each.value) for each in account.dimensions]
    said = word("chart-dimensions", language) + word("comma", language).join(
        ["", *(f"{name} {value:.3f}" for name, value in rows)]
    )
    height = _ROW * len(rows) + 0.3
    box = (_LABELS, 0.26 / height, 0.37, 1 - 0.3 / height)
    return drawn("dimensions", said, (_WIDTH, height), box, partial(_paint, rows))


def _paint(rows: list[tuple[str, float]], axes: Axes, texts: Texts) -> None:
    plain(axes)
    places = list(range(len(rows)))
    axes.barh(places, [1.0] * len(rows), height=0.56, color="#eef1f5")
    axes.barh(places, [value for _, value in rows], height=0.56, color=ACCENT)
    for place, (name, value) in zip(places, rows, strict=True):
        axes.text(-0.02, place, texts.put(name), ha="right", va="center", color=INK, fontsize=SIZE)
        axes.text(1.02, place, texts.put(f"{value:.3f}"), ha="left", va="center", color=INK, fontsize=SIZE)
    axes.set_yticks([])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], [texts.put(each) for each in ("0", "0.25", "0.50", "0.75", "1")])
    axes.grid(axis="x", color=LINE, linewidth=0.6)
    axes.tick_params(axis="x", colors=QUIET)
    axes.set_xlim(0, 1)
    axes.set_ylim(len(rows) - 0.5, -0.5)
