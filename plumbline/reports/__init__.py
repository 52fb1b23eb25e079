"""The ways to tell what a validation found; each format is a module with `write(results, out, frame)`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TextIO, TypeAlias

from fhir_kernel.issues import Language
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


Writer: TypeAlias = Callable[[Iterator[Result], TextIO, Frame], None]
"""One format: writes the results as they arrive where the format allows it."""

FORMATS: Mapping[str, str] = {
    "text": "plumbline.reports.text",
    "json": "plumbline.reports.machine_json",
    "ndjson": "plumbline.reports.machine_ndjson",
    "outcome": "plumbline.reports.outcome",
    "junit": "plumbline.reports.junit",
    "html": "plumbline.reports.html",
}
"""Format by name; imported when it is asked for, so that a quick command stays quick."""


def writer(name: str) -> Writer:
    """The writer of the format `name`; KeyError if there is none."""
    write: Writer = importlib.import_module(FORMATS[name]).write
    return write
