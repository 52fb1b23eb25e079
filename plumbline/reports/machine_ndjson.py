"""One line of JSON for each input (https://github.com/ndjson/ndjson-spec), written as soon as it is checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TextIO

import orjson

from fhir_kernel.issues import Language
from plumbline.findings import Result, to_json
from plumbline.reports import Frame


def write(results: Iterator[Result], out: TextIO, frame: Frame) -> None:
    """A line for each input: its name, whether it is valid, its issues."""
    for result in results:
        out.write(dump(result_json(result, frame.language)) + "\n")


def result_json(result: Result, language: Language) -> Mapping[str, Any]:
    """One input as JSON: `input`, `valid`, `issues`."""
    issues = [to_json(finding, language) for finding in result.findings]
    return {"input": result.input, "valid": result.valid, "issues": issues}


def dump(value: Mapping[str, Any], *, indent: bool = False) -> str:
    """`value` as JSON text."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 if indent else None).decode()
