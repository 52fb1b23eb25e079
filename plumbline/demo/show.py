"""Validate the example records: a table for the terminal, the report for the browser."""

from __future__ import annotations

import sys
from pathlib import Path

from fhir_kernel.issues import Language
from plumbline.demo import package_folder, records_folder
from plumbline.findings import SEVERITIES, Result, shared_folder
from plumbline.reports import report_format
from plumbline.reports.words import word
from plumbline.run import Request, prepare

REPORT_NAME = "report.html"


def show(output: Path, language: Language) -> None:
    """Print a line for each record and write `report.html` below `output`. Raises PlumblineError, OSError."""
    request = Request(
        paths=(str(records_folder()),),
        load=(str(package_folder()),),
        format="html",
        references=True,
        language=language,
    )
    session = prepare(request)
    results = list(session.results())
    _print_table(results, language)
    page, report = report_format("html"), output / REPORT_NAME
    output.mkdir(parents=True, exist_ok=True)
    with report.open("w", encoding="utf-8") as out:
        page.write((page.row(result, session.frame) for result in results), out, session.frame)
    invalid = sum(not result.valid for result in results)
    checked = word("checked", language, count=len(results), invalid=invalid)
    sys.stdout.write(f"{checked}\n{word('written', language, path=report.resolve())}\n")


def _print_table(results: list[Result], language: Language) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    folder = shared_folder([result.input for result in results])
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for key in ("input", "result", "first_finding"):
        table.add_column(word(key, language), overflow="fold", no_wrap=key == "result")
    for result in results:
        verdict = Text(word("valid" if result.valid else "invalid", language), "green" if result.valid else "red")
        table.add_row(Text(result.input[len(folder) :]), verdict, Text(_first(result, language)))
    width = None if sys.stdout.isatty() else 140
    Console(width=width, highlight=False).print(table)


def _first(result: Result, language: Language) -> str:
    """The worst finding, the first of its kind, and how many others there are."""
    if not result.findings:
        return ""
    first = min((finding.issue for finding in result.findings), key=lambda issue: SEVERITIES.index(issue.severity))
    place = f"{first.path}: " if first.path else ""
    mildness = "" if first.is_error else f"{word(first.severity, language)}: "
    more = f" (+{len(result.findings) - 1})" if len(result.findings) > 1 else ""
    return f"{mildness}{place}{first.text(language)}{more}"
