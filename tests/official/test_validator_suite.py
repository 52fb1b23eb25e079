"""The published validator suite (https://github.com/FHIR/fhir-test-cases), where a copy of it is at hand.

Expected verdicts and error places were made by the reference implementation in Java; its publisher's scorer judges.
"""

from __future__ import annotations

import importlib.util
import json
import os
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.official.adapters import validate

_SHARED = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[3] / "shared"))
_PACK = _SHARED / "packs/validator/open"
_SCORER = _SHARED / "packs/score_validator.py"
_KNOWN_DISAGREEMENTS = {
    "bundle-bad-by-param": "a switch of the suite, a profile for the first Patient of any Bundle, is not ours",
    "xhtml-ctrl-source1#profile": "its profile says that a text without source is a warning, the suite an error",
}
"""By case, why the verdict is another; one that agrees all the same fails until it leaves the table."""
_IS_AT_HAND = (_PACK / "cases.json").exists() and _SCORER.exists()


@cache
def _cases() -> list[dict[str, Any]]:
    return list(json.loads((_PACK / "cases.json").read_text(encoding="utf-8"))["cases"]) if _IS_AT_HAND else []


def _parameters() -> list[Any]:
    if not _IS_AT_HAND:
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no validator suite at {_PACK}"), id="suite")]
    return [pytest.param(case, marks=_marks(case["name"]), id=case["name"]) for case in _cases()]


def _marks(name: str) -> list[pytest.MarkDecorator]:
    reason = _KNOWN_DISAGREEMENTS.get(name)
    return [pytest.mark.xfail(reason=reason, strict=True)] if reason else []


@cache
def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_validator", _SCORER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _judged(name: str) -> dict[str, Any]:
    """What the publisher's scorer says of our answer to one case."""
    case = next(case for case in _cases() if case["name"] == name)
    issues = _scorer().issues_of(validate(_scorer().question(case, str(_PACK))))
    return dict(_scorer().judge(case, {"issues": issues, "seconds": 0.0}, "strict"))


@pytest.mark.parametrize("case", _parameters())
def test_the_verdict_is_that_of_the_reference_implementation(case: dict[str, Any]) -> None:
    row = _judged(case["name"])
    assert row["agree"] in (True, None), (row["expected"], row["missing_at"], row["extra_at"])


@pytest.mark.skipif(not _IS_AT_HAND, reason=f"no validator suite at {_PACK}")
def test_verdicts_and_error_places_agree_with_the_reference_implementation() -> None:
    rows = [_judged(case["name"]) for case in _cases()]
    found, good = sum(row["found"] for row in rows), sum(row["good"] for row in rows)
    assert _agreement(rows) >= 0.98
    assert _agreement([row for row in rows if row["tier"] == "A"]) >= 0.99
    assert found / sum(row["want"] for row in rows) >= 0.89
    assert good / (good + sum(row["extra"] for row in rows)) >= 0.93


def _agreement(rows: list[dict[str, Any]]) -> float:
    verdicts = [row["agree"] for row in rows if row["agree"] is not None]
    return sum(verdicts) / len(verdicts)
