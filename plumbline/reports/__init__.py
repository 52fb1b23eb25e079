"""The ways to tell what a validation found; each format is a module with `render` and `write`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TextIO

from fhir_kernel.issues import Language
from fhir_kernel.messages.message import Severity
from plumbline.findings import Result


@dataclass(frozen=True, slots=True)
class Frame:
    """What a report says of the run as a whole."""

    language: Language = "en"
    colour: bool = False
    profiles: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    policy: Mapping[str, str] = field(default_factory=dict)
    """The switches that differ from their defaults."""
    version: str = ""
    made_at: datetime | None = None


class Row(NamedTuple):
    """One input, ready for a format: what all of them count, and what this one says of it; a tuple, as it travels."""

    input: str
    resource_type: str
    size: int
    counts: Mapping[Severity, int]
    """Findings by severity; those that there are none of are left out."""
    was_read: bool
    body: Any
    """What `render` made."""

    @property
    def valid(self) -> bool:
        return "fatal" not in self.counts and "error" not in self.counts


class Format(NamedTuple):
    """A format in two halves: the first runs beside the validation, in its process, the second where the output is."""

    render: Callable[[Result, Frame], Any]
    """What the format says of one input; travels between processes, so plain and small."""
    write: Callable[[Iterator[Row], TextIO, Frame], None]
    """Writes the rows as they arrive, where the format allows it."""

    def row(self, result: Result, frame: Frame) -> Row:
        """`result` rendered."""
        was_read = not any(each.issue.id == "input.not-read" for each in result.findings)
        counts = dict(result.counts)
        return Row(result.input, result.resource_type, result.size, counts, was_read, self.render(result, frame))


FORMATS: Mapping[str, str] = {
    "text": "plumbline.reports.text",
    "json": "plumbline.reports.machine_json",
    "ndjson": "plumbline.reports.machine_ndjson",
    "outcome": "plumbline.reports.outcome",
    "junit": "plumbline.reports.junit",
    "html": "plumbline.reports.html",
}
"""Format by name; imported when it is asked for, so that a quick command stays quick."""


def report_format(name: str) -> Format:
    """The format `name`; KeyError if there is none."""
    module = importlib.import_module(FORMATS[name])
    return Format(module.render, module.write)
