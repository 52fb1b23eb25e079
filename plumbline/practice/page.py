"""A practice report as one HTML file that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from itertools import groupby

from fhir_kernel.issues import Language
from plumbline import __version__
from plumbline.practice.words import word
from registry.html import html_page
from registry.scores.practice.report import PracticeReport
from registry.scores.practice.told import UNSCORED, expected_in, found_in


def page_of(report: PracticeReport, standards: Sequence[str], made_at: datetime, language: Language) -> str:
    """The page; `standards` name what the records were held against."""
    told = {rule: list(places) for rule, places in groupby(report.places, key=lambda place: place.rule)}
    return html_page(
        files("plumbline.practice") / "pages",
        "practice.html.jinja",
        language,
        word,
        report=report,
        told=told,
        standards=standards,
        note=UNSCORED.said_in(language),
        broken=[(number, row) for number, row in enumerate(report.rules, 1) if row.counted.failed],
        found_in=found_in,
        expected_in=expected_in,
        made=word("made", language, version=__version__, date=f"{made_at:%Y-%m-%d %H:%M} UTC"),
    )
