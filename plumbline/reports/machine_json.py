"""JSON for programs: the one input, or `results` with an entry for each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TextIO

import orjson

from plumbline.reports import Frame, Row
from plumbline.reports.machine_ndjson import dump, render

__all__ = ["render", "write"]


def write(rows: Iterator[Row], out: TextIO, _frame: Frame) -> None:
    """`{"input", "valid", "issues"}` of a single input; `{"results": […]}` of any other number of them."""
    first, second = next(rows, None), next(rows, None)
    if first is not None and second is None:
        out.write(dump(orjson.loads(first.body), indent=True) + "\n")
        return
    out.write('{"results": [')
    separator = "\n"
    for row in chain(filter(None, (first, second)), rows):
        out.write(separator + row.body)
        separator = ",\n"
    out.write("\n]}\n")
