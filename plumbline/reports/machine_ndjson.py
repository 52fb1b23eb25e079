"""One line of JSON for each input (https://github.com/ndjson/ndjson-spec), written as soon as it is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TextIO

import orjson

from plumbline.findings import Result, to_json
from plumbline.reports import Frame, Row


def render(result: Result, frame: Frame) -> str:
    """One input as JSON: its name, whether it is valid, its issues."""
    issues = [to_json(finding, frame.language) for finding in result.findings]
    return dump({"input": result.input, "valid": result.valid, "issues": issues})


def write(rows: Iterator[Row], out: TextIO, _frame: Frame) -> None:
    """A line for each input."""
    for row in rows:
        out.write(row.body + "\n")


def dump(value: Mapping[str, Any], *, indent: bool = False) -> str:
    """`value` as JSON text."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 if indent else None).decode()
