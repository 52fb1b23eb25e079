"""Filtering and projection."""

from __future__ import annotations

from typing import Any

import pytest

QUESTIONNAIRE = {
    "resourceType": "Questionnaire",
    "status": "draft",
    "item": [
        {"linkId": "1", "type": "group", "item": [{"linkId": "1.1", "type": "string"}]},
        {"linkId": "2", "type": "string"},
    ],
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("name.where(use = 'official').family", ["Wang"]),
        ("name.where(family.empty()).use", ["usual"]),
        ("name.where($index = 1).use", ["usual"]),
        ("name.select(given.first())", ["Wei", "Wei", None]),
        ("name.select($index)", [0, 1, 2]),
        ("(1 | 2 | 3).aggregate($this + $total, 0)", [6]),
        ("(3 | 1 | 2).aggregate(iif($total.empty() or $this < $total, $this, $total))", [1]),
        ("(1 | 2).select((10 | 20).select($this + $index))", [10, 21, 10, 21]),
        ("(3 | 1 | 2).sort()", [1, 2, 3]),
        ("(3 | 1 | 2).sort(-$this)", [3, 2, 1]),
        ("(3 | 1 | 2).sort($this desc)", [3, 2, 1]),
        ("name.sort(-family).use", ["usual", "official", "maiden"]),
        ("name.sort(use, family).use", ["maiden", "official", "usual"]),
    ],
)
def test_filtering(run: Any, expression: str, expected: list[Any]) -> None:
    found = [None if isinstance(each, dict) else each for each in run(expression)]
    assert found == expected


def test_repeat_goes_down_and_takes_each_item_once(run: Any) -> None:
    assert run("repeat(item).linkId", QUESTIONNAIRE) == ["1", "2", "1.1"]
    assert run("'a'.repeat('b')", QUESTIONNAIRE) == ["b"]
    assert run("repeat(item | type).count()", QUESTIONNAIRE) == [5]


def test_the_index_of_an_outer_loop_survives_an_inner_one(run: Any) -> None:
    assert run("name.select(given.where($index = 0).count() + $index)") == [1, 2, 3]
