"""The published snapshot-generation suite, where a copy of it is at hand.

Expected results were made by the reference implementation; the cases of `R4B` were adjusted to R4 by their publisher.
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

from fhir_kernel.errors import DefinitionError
from tests.official.snapshot_adapter import snapshot

_SHARED = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[3] / "shared"))
_PACK = _SHARED / "packs/snapshot/open"
_OF_R4B = "the expected result keeps a fact of the R4B definitions that R4 does not have"
_KNOWN_FAILURES = {
    "r4b:t15": _OF_R4B,
    "r4b:eob-nested": _OF_R4B,
    "r4b:uk-core-composition": _OF_R4B,
    "r4b:t31": "expects a slice to lose the profile that the differential gives it",
    "r4b:choice_min_1": "expects a choice without any type",
}


def _cases() -> list[Any]:
    if not (_PACK / "cases.json").exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no snapshot suite at {_PACK}"), id="suite")]
    cases = json.loads((_PACK / "cases.json").read_text())["cases"]
    return [pytest.param(case, marks=_marks(case["name"]), id=case["name"]) for case in cases]


def _marks(name: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(reason=_KNOWN_FAILURES[name], strict=True)] if name in _KNOWN_FAILURES else []


@cache
def _scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_snapshot", _SHARED / "packs/score_snapshot.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("case", _cases())
def test_the_suite_case_gives_the_published_snapshot(case: dict[str, Any]) -> None:
    scorer = _scorer()
    inputs = str(_PACK / case["input"]), [str(_PACK / path) for path in case["supporting"]]
    if case["expect"] == "error":
        with pytest.raises(DefinitionError):
            snapshot(*inputs, case)
        return
    made = [scorer.reduce(row) for row in snapshot(*inputs, case)]
    assert [row["id"] for row in made] == [row["id"] for row in case["expected"]]
    for want, got in zip(case["expected"], made, strict=True):
        wrong = {field for field in scorer.FIELDS if not scorer.same(field, want[field], got[field], want)}
        assert not wrong, f"{want['id']}: {wrong}"
