"""JSON for programs: the one input, or `results` with an entry for each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TextIO

from plumbline.findings import Result
from plumbline.reports import Frame
from plumbline.reports.machine_ndjson import dump, result_json


def write(results: Iterator[Result], out: TextIO, frame: Frame) -> None:
    """`{"input", "valid", "issues"}` of a single input; `{"results": […]}` of any other number of them."""
    first, second = next(results, None), next(results, None)
    if first is not None and second is None:
        out.write(dump(result_json(first, frame.language), indent=True) + "\n")
        return
    out.write('{"results": [')
    separator = "\n"
    for result in chain(filter(None, (first, second)), results):
        out.write(separator + dump(result_json(result, frame.language)))
        separator = ",\n"
    out.write("\n]}\n")
