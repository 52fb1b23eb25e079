from __future__ import annotations

import pytest

from conformance.validator.rules.observation import check_observation
from fhir_kernel.resource import Resource
from tests.conformance.validator.rules.conftest import Run

_BARE: Resource = {"resourceType": "Observation"}
_WHOLE = _BARE | {"subject": {"display": "a"}, "performer": [{"display": "b"}]}


@pytest.mark.parametrize("level", ["warning", "information", "error"])
def test_best_practice_is_to_say_of_whom_by_whom_and_when(run: Run, level: str) -> None:
    found = run(check_observation, _BARE, best_practice=level)
    assert found == [("observation.element-missing", "Observation", level)] * 3


@pytest.mark.parametrize("name", ["effectiveDateTime", "effectivePeriod", "effectiveTiming", "effectiveInstant"])
def test_any_kind_of_time_will_do(run: Run, name: str) -> None:
    assert run(check_observation, _WHOLE | {name: "2020"}, best_practice="warning") == []


def test_best_practice_is_asked_only_where_the_policy_is_on(run: Run) -> None:
    assert run(check_observation, _BARE, best_practice="ignore") == []
