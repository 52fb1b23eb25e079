"""Shows what the steps told: lines, and tables."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fhir_kernel.issues import Language
from plumbline.demo.registry.scene import Shown, Told
from plumbline.demo.story import Line

_INDENT = (0, 0, 0, 19)
_MARKS = {"refused": ("✗", "red"), "seen": ("·", "green")}
_WIDTH = 160


class Screen:
    """Standard output in a language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._console = Console(width=None if sys.stdout.isatty() else _WIDTH, highlight=False)

    def title(self, text: str) -> None:
        """The beginning of a chapter."""
        self._console.print(Text(f"\n{text}\n", "bold"))

    def line(self, line: Line) -> None:
        """What was done, and what was told of it; at once, also to whom there is no terminal."""
        who, what = (said.said_in(self._language) for said in (line.step.who, line.step.what))
        self._console.print(Text.assemble(f"{line.day}  {line.stage}  ", (who, "bold"), f"  {what}"))
        for told in line.told:
            self._tell(told)
        self._console.file.flush()

    def notes(self, notes: Iterable[str]) -> None:
        """Sentences and addresses, which are never broken."""
        for each in notes:
            self._console.print(Text(each), soft_wrap=True)

    def _tell(self, told: Told | Shown) -> None:
        if isinstance(told, Shown):
            self._console.print(self._table(told), Text())
            return
        mark, colour = _MARKS[told.kind]
        self._console.print(Padding(Text.assemble((mark, colour), f" {told.text}"), _INDENT, expand=False))

    def _table(self, shown: Shown) -> Table:
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        places = [place for place, each in enumerate(shown.columns) if self._console.width >= each.least]
        for each in (shown.columns[place] for place in places):
            justify: JustifyMethod = "right" if each.is_number else "left"
            head = each.head.said_in(self._language)
            table.add_column(head, justify=justify, no_wrap=each.is_number, overflow="fold")
        for row in shown.rows:
            table.add_row(*(Text(row[place]) for place in places))
        return table
