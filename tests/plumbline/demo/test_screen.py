from __future__ import annotations

import io
from contextlib import redirect_stdout
from datetime import date

import pytest

from plumbline.demo.registry.scene import Column, Shown, Step, Told
from plumbline.demo.screen import Screen
from plumbline.demo.story import Line
from registry.sentence import Sentence

STEP = Step(Sentence("Anybody", "公众"), Sentence("looks", "查看"), lambda _scene: iter(()))
TABLE = Shown(
    (
        Column(Sentence("Institution", "机构")),
        Column(Sentence("Software", "软件"), least=112),
        Column(Sentence("Score", "得分"), is_number=True),
    ),
    [("乌鲁木齐市样例社区卫生服务中心", "远帆云HIS 1.8", "89.40")],
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _shown(out: io.StringIO, language: str = "en") -> str:
    line = Line(date(2025, 8, 1), "60.60", STEP, (Told("refused", "no"), Told("seen", "yes"), TABLE))
    with redirect_stdout(out):
        Screen(language).line(line)
    return out.getvalue()


def test_a_line_has_day_stage_who_and_what_and_below_it_what_was_told():
    lines = [each.strip() for each in _shown(io.StringIO()).splitlines()]
    assert lines[:3] == ["2025-08-01  60.60  Anybody  looks", "✗ no", "· yes"]
    assert _shown(io.StringIO(), "zh").startswith("2025-08-01  60.60  公众  查看")


@pytest.mark.parametrize(("width", "has_software"), [("80", False), ("130", True)])
def test_a_narrow_terminal_gets_fewer_columns_and_whole_numbers(monkeypatch, width, has_software):
    monkeypatch.setenv("COLUMNS", width)
    monkeypatch.setenv("TERM", "xterm")
    shown = _shown(Terminal())
    assert ("Software" in shown) is has_software
    assert "89.40" in shown


def test_without_a_terminal_there_are_no_colours_and_room_for_all():
    shown = _shown(io.StringIO())
    assert "\x1b" not in shown
    assert "Software" in shown
