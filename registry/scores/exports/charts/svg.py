"""A chart by matplotlib, as SVG that may stand in a page (https://www.w3.org/TR/SVG2/).

What matplotlib writes is made fit for a page with a strict Content-Security-Policy, which allows no `style` attribute:
properties become attributes (https://www.w3.org/TR/SVG2/styling.html#PresentationAttributes). Texts stay texts, in the
font of the page. matplotlib sees only marks in their place, for its own fonts have no Chinese letters.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, QUIET, LINE = "#1b2430", "#5b6675", "#d5dae1"
ACCENT, ALARM, WASH, FAINT_WASH = "#1f5fbf", "#b3261e", "#dbe7fa", "#f0f5fd"
SIZE = 9
"""Of texts."""
_LOCK = Lock()
"""matplotlib is not made for threads (https://matplotlib.org/stable/users/faq.html#work-with-threads)."""
_NOTHING = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_TAG = re.compile(r"<(?![!?/])([^<>]*)>")
_STYLE = re.compile(r' style="([^"]*)"')
_GROUP = re.compile(r'<g id="[^"]*"')
_ID = re.compile(r'((?: id|href)="#?|url\(#)')
_LEFT_OUT = re.compile(r"<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>|<!--.*?-->", re.DOTALL)
_MARK = re.compile(r"\{([0-9]+)\}")
_FONTS = ("font-family",)


class Texts:
    """What is written in a chart: `put` gives the mark to draw in the place of a text."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def put(self, text: str) -> str:
        self._texts.append(text)
        return f"{{{len(self._texts) - 1}}}"

    def filled_in(self, svg: str) -> str:
        """The chart with the texts in place of their marks, escaped."""
        return _MARK.sub(lambda mark: html.escape(self._texts[int(mark[1])]), svg)


Box = tuple[float, float, float, float]
"""Left, bottom, width and height of the axes, as parts of the whole."""


def drawn(name: str, said: str, size: tuple[float, float], box: Box, paint: Callable[[Axes, Texts], None]) -> str:
    """A chart of a width and height in inches; `said` tells what it shows to whoever does not see it.

    `name` begins every id within it, so that several charts stand in one page.
    """
    from matplotlib import rc_context  # takes long to load
    from matplotlib.figure import Figure

    texts, written = Texts(), io.StringIO()
    settings = rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "text.parse_math": False, "font.size": SIZE})
    with _LOCK, settings:
        figure = Figure(figsize=size)
        axes = figure.add_axes(box)
        paint(axes, texts)
        figure.savefig(written, format="svg", transparent=True, metadata=_NOTHING)
    box_of_view, body = _fit_for_a_page(written.getvalue(), name)
    head = f'<svg {box_of_view} role="img" aria-label="{html.escape(said)}" stroke-linejoin="round">'
    return head + texts.filled_in(body)


def plain(axes: Axes) -> None:
    """Axes without a frame, with quiet lines."""
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(LINE)
    axes.tick_params(length=0, colors=QUIET, labelsize=SIZE)
    axes.set_axisbelow(True)


def _fit_for_a_page(svg: str, name: str) -> tuple[str, str]:
    """The viewBox, and everything after the first tag."""
    body = _LEFT_OUT.sub("", svg[svg.index("<svg") :])
    body = _TAG.sub(lambda tag: _STYLE.sub(_attributes, tag[0]), _GROUP.sub("<g", body))
    body = _TAG.sub(lambda tag: _ID.sub(rf"\g<1>{name}-", tag[0]), body)
    box = re.search(r'viewBox="[^"]*"', body)
    assert box is not None, "matplotlib writes a viewBox"
    return box[0], re.sub(r"\n\s*", "\n", body[body.index(">") + 1 :]).strip()


def _attributes(style: re.Match[str]) -> str:
    pairs = [each.split(":", 1) for each in style[1].split(";") if each.strip()]
    kept = [(key.strip(), value.strip()) for key, value in pairs if key.strip() not in _FONTS]
    return "".join(f' {key}="{value}"' for key, value in kept)
