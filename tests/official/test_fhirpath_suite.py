"""The published FHIRPath suite for R4 (https://github.com/FHIR/fhir-test-cases), where a copy of it is at hand."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from fhir_kernel.errors import FhirPathError
from tests.official.fhirpath_adapter import fhirpath

_SHARED = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[3] / "shared"))
_PACK = _SHARED / "packs/fhirpath"
_KNOWN_FAILURES: dict[str, str] = {}
"""By `group/name`, why a test is not met; one that is met all the same fails until it leaves the table."""


def _cases() -> list[Any]:
    if not (_PACK / "tests.json").exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no FHIRPath suite at {_PACK}"), id="suite")]
    cases = json.loads((_PACK / "tests.json").read_text(encoding="utf-8"))["tests"]
    names = [f"{case['group']}/{case['name']}" for case in cases]
    return [pytest.param(case, marks=_marks(name), id=name) for name, case in zip(names, cases, strict=True)]


def _marks(name: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(reason=_KNOWN_FAILURES[name], strict=True)] if name in _KNOWN_FAILURES else []


@cache
def _input(name: str) -> dict[str, Any]:
    return dict(json.loads((_PACK / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("case", _cases())
def test_the_suite_case_gives_the_published_result(case: dict[str, Any]) -> None:
    resource = _input(case["input_json"]) if case["input_json"] else None
    if case["invalid"]:
        with pytest.raises(FhirPathError):
            fhirpath(resource, case["expression"], case)
        return
    found, wanted = fhirpath(resource, case["expression"], case), case["outputs"]
    if case["predicate"]:
        truth = bool(found) and not (len(found) == 1 and found[0][1] is False)
        assert [str(truth).lower()] == [each["value"] for each in wanted]
        return
    assert len(found) == len(wanted), found
    if case["ordered"]:
        assert all(_agree(want, have) for want, have in zip(wanted, found, strict=True)), found
    else:
        assert all(any(_agree(want, have) for want in wanted) for have in found), found


def _agree(wanted: dict[str, Any], found: tuple[str | None, Any]) -> bool:
    """Whether one result is what the suite wants; types are compared where both are named."""
    type_name, value = found
    if wanted["type"] and type_name and wanted["type"].lower() != type_name.rpartition(".")[2].lower():
        return False
    text = str(value).lower() if isinstance(value, bool) else str(value)
    a, b = (each.strip().lstrip("@") for each in (wanted["value"] or text, text))
    return a == b or (_number(a) is not None and _number(a) == _number(b))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
