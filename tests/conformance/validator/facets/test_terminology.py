"""Codes and bindings (https://hl7.org/fhir/R4/terminologies.html)."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validator import Policy
from fhir_kernel.issues import Issue
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import (
    COLOURS,
    HOME,
    OBSERVATION,
    PATIENT,
    binding,
    check,
    check_core,
    element,
    places,
    profile,
    the,
    value_set,
)

SYSTEM = COLOURS["url"]
WARM = value_set("warm", "red")
ALL = value_set("all")
ELSEWHERE = value_set("elsewhere", system="http://example.org/fhir/CodeSystem/not-loaded")


def painted(value: Resource, strength: str, *, vs: str = "warm", highest: str | None = None) -> list[Issue]:
    """What is found where Observation.method is bound to the warm colours."""
    asked = profile("Observation", element("Observation.method", binding=binding(strength, vs, highest)))
    return check(OBSERVATION | {"method": value}, asked, COLOURS, WARM, ALL, ELSEWHERE)


def concept(*codes: str, system: str = SYSTEM) -> Resource:
    return {"coding": [{"system": system, "code": code} for code in codes]}


def test_a_code_of_a_required_binding_is_in_its_value_set() -> None:
    found = the(check_core(PATIENT | {"gender": "man"}), "binding.required")
    assert (found.path, found.severity, found.rule) == ("Patient.gender", "error", "binding")
    assert "administrative-gender" in found.text()


def test_one_coding_of_a_concept_in_the_value_set_is_enough() -> None:
    assert places(painted(concept("blue", "red"), "required")) == []
    found = the(painted(concept("blue", "green"), "required"), "binding.required")
    assert (found.path, found.element, found.rule) == ("Observation.method", "Observation.method", "binding")
    assert found.profile.startswith(f"{HOME}/StructureDefinition/profile")


def test_an_extensible_binding_warns() -> None:
    issues = painted(concept("blue"), "extensible")
    assert places(issues) == []
    found = the(issues, "binding.extensible")
    assert (found.severity, found.path) == ("warning", "Observation.method")


@pytest.mark.parametrize("strength", ["preferred", "example"])
def test_a_weaker_binding_says_nothing(strength: str) -> None:
    assert painted(concept("blue"), strength) == []


@pytest.mark.parametrize("strength", ["extensible", "preferred", "example"])
def test_the_greatest_value_set_is_required_whatever_the_strength(strength: str) -> None:
    assert places(painted(concept("blue"), strength, highest="all")) == []
    assert places(painted(concept("blue"), strength, vs="all", highest="warm")) == [
        ("binding.required", "Observation.method")
    ]


def test_a_value_set_of_a_system_that_is_not_loaded_cannot_be_told() -> None:
    unknown = "http://example.org/fhir/CodeSystem/not-loaded"
    issues = painted(concept("x", system=unknown), "required", vs="elsewhere")
    assert places(issues) == []
    assert [each.severity for each in issues if "cannot-tell" in each.id] != []
    assert any(unknown in each.text() for each in issues)


def test_a_value_set_that_is_not_loaded_cannot_be_told() -> None:
    issues = painted(concept("red"), "required", vs="none")
    assert places(issues) == []
    assert any(f"{HOME}/ValueSet/none" in each.text() and each.severity == "warning" for each in issues)


def test_a_concept_without_a_code_does_not_meet_a_required_binding() -> None:
    found = the(painted({"text": "crimson"}, "required"), "binding.no-code")
    assert (found.path, found.rule) == ("Observation.method", "binding")
    assert places(painted({"text": "crimson"}, "extensible")) == []


def test_a_code_that_its_system_does_not_have_is_an_error_whatever_the_strength() -> None:
    found = the(painted(concept("purple"), "example"), "code.unknown")
    assert (found.path, found.severity) == ("Observation.method.coding[0].code", "error")
    assert (found.params["found"], found.params["system"]) == ("purple", SYSTEM)


def test_the_nearest_code_is_named() -> None:
    assert "green" in the(painted(concept("grene"), "example"), "code.unknown").text()


def test_a_display_is_one_of_the_code() -> None:
    coding = {"system": SYSTEM, "code": "red", "display": "Blue"}
    found = the(painted({"coding": [coding]}, "example"), "code.display")
    assert (found.path, found.params["expected"], found.params["found"]) == (
        "Observation.method.coding[0].display",
        "Red",
        "Blue",
    )
    assert painted({"coding": [coding | {"display": "Red"}]}, "example") == []


@pytest.mark.parametrize(
    ("level", "expected"), [("warning", ["warning"]), ("information", ["information"]), ("ignore", [])]
)
def test_the_policy_says_how_bad_a_wrong_display_is(level: Any, expected: list[str]) -> None:
    coding = {"system": SYSTEM, "code": "red", "display": "Blue"}
    issues = check_core(OBSERVATION | {"method": {"coding": [coding]}}, COLOURS, policy=Policy(display_mismatch=level))
    assert [each.severity for each in issues] == expected


def test_a_value_set_is_no_code_system() -> None:
    url = "http://hl7.org/fhir/ValueSet/administrative-gender"
    found = the(check_core(OBSERVATION | {"method": concept("male", system=url)}), "code.system")
    assert found.path == "Observation.method.coding[0].system"


def test_a_code_system_is_named_by_an_absolute_url() -> None:
    assert ("code.system", "Observation.method.coding[0].system") in places(
        check_core(OBSERVATION | {"method": concept("x", system="colours")})
    )


def test_a_system_that_is_not_loaded_is_told_once_in_a_resource() -> None:
    unknown = concept("a", "b", system="http://example.net/CodeSystem/none")
    issues = check_core(OBSERVATION | {"method": unknown, "bodySite": unknown})
    assert [(each.id, each.severity) for each in issues] == [("code.cannot-tell", "warning")]


def test_the_unit_of_a_quantity_can_be_bound() -> None:
    ucum = "http://unitsofmeasure.org"
    kilos = value_set("kilos", "kg", system=ucum)
    asked = profile("Observation", element("Observation.valueQuantity", binding=binding("required", "kilos")))
    good = {"value": 1, "system": ucum, "code": "kg"}
    assert places(check(OBSERVATION | {"valueQuantity": good}, asked, kilos)) == []
    assert places(check(OBSERVATION | {"valueQuantity": good | {"code": "g"}}, asked, kilos)) == [
        ("binding.required", "Observation.value")
    ]


def test_a_coding_can_be_bound() -> None:
    asked = profile("Observation", element("Observation.meta.tag", binding=binding("required", "warm")))
    tagged = OBSERVATION | {"meta": {"tag": [{"system": SYSTEM, "code": "blue"}]}}
    assert places(check(tagged, asked, COLOURS, WARM)) == [("binding.required", "Observation.meta.tag[0]")]


def test_a_string_can_be_bound() -> None:
    asked = profile("Patient", element("Patient.name.family", binding=binding("required", "warm")))
    assert places(check(PATIENT | {"name": [{"family": "red"}]}, asked, COLOURS, WARM)) == []
    assert places(check(PATIENT | {"name": [{"family": "blue"}]}, asked, COLOURS, WARM)) == [
        ("binding.required", "Patient.name[0].family")
    ]


@pytest.mark.parametrize(
    "method",
    [{"coding": "x"}, {"coding": ["x"]}, {"coding": [{"code": []}]}, {"coding": [{"code": "x", "system": []}]}, "x"],
)
def test_codes_of_a_wrong_shape_are_not_asked_about(method: Any) -> None:
    found = [each for each, _ in places(painted(method, "required"))]
    assert found != []
    assert not {"code.unknown", "binding.required"} & set(found)
