from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fhir_kernel.issues import issue
from plumbline.findings import Explanation, Finding, Line, Result
from plumbline.reports import Frame, report_format

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def frame() -> Frame:
    return Frame(
        packages=("hl7.fhir.r4.core#4.0.1",), version="0.1.0", made_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    )


@pytest.fixture
def results() -> list[Result]:
    """A valid record, one with a warning, and one with two errors of the same rule and hostile texts."""
    warning = replace(issue("input.empty", "Patient.name[0]"), severity="warning", line=3, column=5)
    first = replace(issue("input.too-large", "Patient.photo[0]", found=HOSTILE, expected=10), line=7, column=1)
    second = replace(first, path="Patient.photo[1]", line=9, params={"found": 20, "expected": 10}, nested=(warning,))
    excerpt = (Line(6, "  {", False), Line(7, f'    "title": "{HOSTILE}"', True))
    explanation = Explanation(short=HOSTILE, definition="What it is.", rule="min", link="https://hl7.org/fhir/R4/")
    return [
        Result("in/good.json", (), 100, "Patient"),
        Result("in/fair.json", (Finding(warning),), 100, "Patient"),
        Result(f"in/{HOSTILE}.json", (Finding(first, explanation, excerpt), Finding(second)), 100, "Patient"),
    ]


@pytest.fixture
def written(frame: Frame) -> Callable[..., str]:
    """What a format writes of some results."""

    def write(name: str, results: list[Result], **changes: object) -> str:
        out, form, changed = io.StringIO(), report_format(name), replace(frame, **changes)
        form.write((form.row(result, changed) for result in results), out, changed)
        return out.getvalue()

    return write
