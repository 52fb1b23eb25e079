"""One self-contained HTML file for the people who have to put the records right; nothing in it comes from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from functools import partial
from importlib.resources import files
from typing import TextIO

from jinja2 import Environment, StrictUndefined

from plumbline.findings import Result
from plumbline.reports import Frame, Row
from plumbline.reports.summary import summarise
from plumbline.reports.words import word


def render(result: Result, _frame: Frame) -> Result:
    """The result as it is: the page groups findings over all inputs."""
    return result


def write(rows: Iterator[Row], out: TextIO, frame: Frame) -> None:
    """The page: figures first, then by rule and by record, then each rule with its places in the records."""
    style, script = _asset("report.css"), _asset("report.js")
    template = _environment().from_string(_asset("report.html.jinja"))
    page = template.stream(
        summary=summarise((row.body for row in rows), frame.language),
        frame=frame,
        word=partial(word, language=frame.language),
        style=style,
        script=script,
        style_digest=_digest(style),
        script_digest=_digest(script),
    )
    page.enable_buffering(64)
    out.writelines(page)


def _environment() -> Environment:
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _asset(name: str) -> str:
    return (files("plumbline.reports") / "page" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """As Content-Security-Policy names an inline style or script that may be used."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
