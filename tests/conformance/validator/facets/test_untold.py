"""What cannot be told is said in every resource, whatever was validated before."""

from __future__ import annotations

from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import OBSERVATION, the, value_set, world

SYSTEM = "http://example.org/fhir/CodeSystem/not-loaded"
NEAR = "http://loinc.org/"


def seen(*codes: str, system: str = SYSTEM) -> Resource:
    return OBSERVATION | {"method": {"coding": [{"system": system, "code": code} for code in codes]}}


def told(issues: tuple[Issue, ...]) -> list[tuple[str, str, object]]:
    return [(each.id, each.path, each.params.get("found")) for each in issues]


def test_a_code_of_an_unknown_system_is_told_whether_or_not_it_was_met_before() -> None:
    validator = world(value_set("any"))
    both, second = seen("a", "b"), seen("b")
    assert told(validator.validate(both).issues) == [("code.cannot-tell", "Observation.method.coding[0]", "a")]
    for _ in range(3):
        assert told(validator.validate(second).issues) == [("code.cannot-tell", "Observation.method.coding[0]", "b")]
    assert told(validator.validate(both).issues) == [("code.cannot-tell", "Observation.method.coding[0]", "a")]


def test_a_unit_of_an_unknown_system_is_told_again() -> None:
    validator = world(value_set("any"))
    measured = OBSERVATION | {"valueQuantity": {"value": 1, "system": SYSTEM, "code": "x"}}
    first = told(validator.validate(measured).issues)
    assert [row[:2] for row in first] == [("code.cannot-tell", "Observation.value")]
    assert told(validator.validate(measured).issues) == first


def test_a_slip_in_the_name_of_a_system_is_told_again() -> None:
    validator = world(value_set("any"))
    for _ in range(2):
        assert the(validator.validate(seen("a", system=NEAR)).issues, "code.system-near").params["found"] == NEAR
