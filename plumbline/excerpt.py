"""The lines of a resource around a finding, as a person would write them down."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fhir_kernel.codec.json_codec import parse_json, write_json
from fhir_kernel.codec.json_positions import json_positions
from fhir_kernel.codec.positions import Positions
from fhir_kernel.errors import CodecError, LimitExceeded
from fhir_kernel.issues import Issue
from plumbline.findings import Line

_AROUND = 3
_WIDTH = 220
_LONG_LINE = 400
_LONGEST_MARK = 12
_OPENS = re.compile(r"[\[{]\s*$|<[^/!?][^<]*[^/]>\s*$")
"""A line that ends within the JSON value or XML element that begins on it."""


class Source:
    """The text of one document, laid out for reading: JSON that came in one line is written anew with line breaks."""

    def __init__(self, data: bytes, first_line: int) -> None:
        self._first_line = first_line
        self._positions: Positions | None = None
        text = data.decode("utf-8", "replace")
        self._lines = text.split("\n")
        if max(map(len, self._lines)) > _LONG_LINE and text.lstrip().startswith("{"):
            self._lay_out(data)

    def excerpt(self, issue: Issue) -> tuple[Line, ...]:
        """The lines around `issue`, those of its element marked; none where its line is not known.

        Line numbers are those of the file, or where the text was laid out anew, those of the resource.
        """
        line = self._line(issue)
        if line is None or not 0 < line <= len(self._lines):
            return ()
        last = self._last(line) if "." in issue.path else line
        shown = range(max(1, line - _AROUND), min(len(self._lines), last + _AROUND) + 1)
        offset = 0 if self._positions else self._first_line - 1
        return tuple(Line(n + offset, self._cut(n), line <= n <= last) for n in shown)

    def _lay_out(self, data: bytes) -> None:
        try:
            pretty = write_json(parse_json(data), pretty=True)
            self._positions = json_positions(pretty)
        except (CodecError, LimitExceeded):
            return
        self._lines = pretty.decode().split("\n")

    def _line(self, issue: Issue) -> int | None:
        if self._positions is None:
            return issue.line
        place = self._positions.find(issue.path)
        return place[0] if place else None

    def _last(self, first: int) -> int:
        """The line on which the element that starts on line `first` ends: its closing bracket or tag."""
        opening = self._lines[first - 1]
        if not _OPENS.search(opening):
            return first
        limit = min(len(self._lines), first + _LONGEST_MARK)
        closing = (n for n in range(first + 1, limit + 1) if _indent(self._lines[n - 1]) <= _indent(opening))
        last = next(closing, first)
        return last if self._lines[last - 1].lstrip().startswith(("}", "]", "</")) else first

    def _cut(self, number: int) -> str:
        line = self._lines[number - 1].rstrip()
        return line if len(line) <= _WIDTH else line[:_WIDTH] + " …"


def excerpts(issues: Iterable[Issue], data: bytes, first_line: int) -> list[tuple[Line, ...]]:
    """An excerpt for each of `issues`; their lines are counted within `data`."""
    source = Source(data, first_line)
    return [source.excerpt(issue) for issue in issues]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 1_000_000
