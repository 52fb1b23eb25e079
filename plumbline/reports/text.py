"""Text for a person at a terminal: findings by input, then a line or table that sums up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import Any, TextIO

from fhir_kernel.issues import Issue
from plumbline.findings import SEVERITIES, Explanation, Finding, Result, shared_folder
from plumbline.reports import Frame, Row
from plumbline.reports.words import counted, word

_STYLE = {"fatal": "1;31", "error": "31", "warning": "33", "information": "36", "bold": "1", "dim": "2", "good": "32"}
_MARK = {"fatal": "✗", "error": "✗", "warning": "!", "information": "i"}
_WIDTH = 120
"""Columns of a table that goes to a file."""
_TABLE_ROWS = 60
"""Inputs listed in the closing table; a longer run is summed up by counts alone."""


def render(result: Result, frame: Frame) -> str:
    """The findings of one input; nothing where there are none."""
    return "".join(f"{line}\n" for line in _input_lines(result, frame)) if result.findings else ""


def write(rows: Iterator[Row], out: TextIO, frame: Frame) -> None:
    """Each input that has findings, then the summary."""
    listed: list[Row] = []
    totals: Counter[str] = Counter()
    for row in rows:
        totals["inputs"] += 1
        totals["invalid"] += not row.valid
        totals.update(row.counts)
        if len(listed) <= _TABLE_ROWS:
            listed.append(row)
        out.write(row.body)
    if 1 < len(listed) <= _TABLE_ROWS:
        _write_table(listed, totals, out, frame)
    out.write(_closing(totals, frame) + "\n")


def _input_lines(result: Result, frame: Frame) -> Iterator[str]:
    yield _styled(result.input, "bold", frame)
    for finding in result.findings:
        yield from _finding_lines(finding, frame)
    yield ""


def _finding_lines(finding: Finding, frame: Frame) -> Iterator[str]:
    issue, language = finding.issue, frame.language
    severity = _styled(f"{_MARK[issue.severity]} {word(issue.severity, language)}", issue.severity, frame)
    place = f"{issue.line}:{issue.column}" if issue.line is not None else ""
    yield "  " + "  ".join(part for part in (severity, place, _styled(issue.path, "bold", frame)) if part)
    yield f"      {issue.text(language)}"
    for reason in issue.nested:
        yield f"        – {reason.path}: {reason.text(language)}"
    yield "      " + _styled(_origin(issue), "dim", frame)
    if finding.explanation is not None:
        yield from _explanation_lines(finding.explanation, frame)


def _origin(issue: Issue) -> str:
    return " · ".join(part for part in (issue.id, issue.profile, issue.element, issue.rule) if part)


def _explanation_lines(explanation: Explanation, frame: Frame) -> Iterator[str]:
    language = frame.language
    texts = (
        (word("element", language), explanation.short),
        ("", explanation.more),
        (word("rule", language), explanation.rule),
        ("", explanation.expression),
        (word("specification", language), explanation.link),
    )
    for label, text in texts:
        for number, line in enumerate(wrap(text, 100, break_long_words=False, break_on_hyphens=False)):
            lead = f"{label}: " if label and number == 0 else ""
            yield "      " + _styled("│ ", "dim", frame) + _styled(lead, "dim", frame) + line


def _write_table(rows: list[Row], totals: Counter[str], out: TextIO, frame: Frame) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    language, shared = frame.language, shared_folder([row.input for row in rows])
    table = Table(show_edge=False, pad_edge=False, box=SIMPLE_HEAD)
    table.add_column(word("input", language), overflow="fold")
    table.add_column(word("result", language))
    for key in ("errors", "warnings", "notes"):
        table.add_column(word(key, language), justify="right")
    for row in rows:
        verdict = Text(word("valid" if row.valid else "invalid", language), "green" if row.valid else "red")
        table.add_row(Text(row.input[len(shared) :]), verdict, *_numbers(row.counts))
    table.add_section()
    table.add_row(word("total", language), "", *_numbers(totals))
    width = None if out.isatty() else _WIDTH
    console = Console(file=out, force_terminal=frame.colour, no_color=not frame.colour, width=width, highlight=False)
    console.print(table)
    out.write("\n")


def _numbers(counts: Mapping[Any, int]) -> Iterator[str]:
    found = Counter(counts)
    figures = (found["fatal"] + found["error"], found["warning"], found["information"])
    return (str(figure) if figure else "·" for figure in figures)


def _closing(totals: Counter[str], frame: Frame) -> str:
    language = frame.language
    found = [counted(each, totals[each], language) for each in SEVERITIES if totals[each]]
    sentence = word("checked", language, count=totals["inputs"], invalid=totals["invalid"])
    summary = f"{sentence}: {', '.join(found)}" if found else f"{sentence}. {word('no_issues', language)}"
    return _styled(summary, "error" if totals["invalid"] else "good", frame)


def _styled(text: str, style: str, frame: Frame) -> str:
    return f"\x1b[{_STYLE[style]}m{text}\x1b[0m" if frame.colour and text else text
