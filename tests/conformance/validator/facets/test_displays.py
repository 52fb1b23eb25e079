"""Displays that come from value sets, and their languages (https://hl7.org/fhir/R4/terminologies.html)."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validator import Policy
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import COLOURS, HOME, OBSERVATION, binding, check, check_core, element, profile

SYSTEM = COLOURS["url"]
OTHER_WORDS: Resource = {
    "resourceType": "ValueSet",
    "id": "words",
    "url": f"{HOME}/ValueSet/words",
    "status": "active",
    "compose": {"include": [{"system": SYSTEM, "concept": [{"code": "red", "display": "Crimson"}]}]},
}
SPOKEN: Resource = COLOURS | {
    "concept": [{"code": "red", "display": "Red", "designation": [{"language": "de", "value": "Rot"}]}]
}


def painted(display: str, **more: str) -> Resource:
    return OBSERVATION | {"method": {"coding": [{"system": SYSTEM, "code": "red", "display": display}]}} | more


def asked(strength: str, value_set: str | None = None, **more: Any) -> Resource:
    row = binding(strength, "words") | ({"valueSet": value_set} if value_set else {})
    return profile("Observation", element("Observation.method", binding=row), **more)


@pytest.mark.parametrize("strength", ["required", "extensible", "preferred", "example"])
def test_a_display_of_the_bound_value_set_is_right(strength: str) -> None:
    assert check(painted("Crimson"), asked(strength), COLOURS, OTHER_WORDS) == []
    assert [each.id for each in check(painted("Blue"), asked(strength), COLOURS, OTHER_WORDS)] == ["code.display"]


def test_elsewhere_the_display_stays_wrong() -> None:
    assert [each.id for each in check_core(painted("Crimson"), COLOURS, OTHER_WORDS)] == ["code.display"]
    both = {"resourceType": "Bundle", "type": "collection", "entry": []}
    for at, stated in enumerate(({"meta": {"profile": [asked("required")["url"]]}}, {})):
        entry = {"fullUrl": f"http://server.test/Observation/{at}", "resource": painted("Crimson", id=str(at)) | stated}
        both["entry"].append(entry)  # type: ignore[attr-defined]
    found = check_core(both, asked("required"), COLOURS, OTHER_WORDS)
    assert [each.path for each in found] == ["Bundle.entry[1].resource.method.coding[0].display"]


def test_a_profile_may_bind_to_a_value_set_that_it_contains() -> None:
    inside = asked("required", "#words", contained=[OTHER_WORDS])
    assert check(painted("Crimson"), inside, COLOURS) == []
    blue = OBSERVATION | {"method": {"coding": [{"system": SYSTEM, "code": "blue"}]}}
    assert [each.id for each in check(blue, inside, COLOURS)] == ["binding.required"]


@pytest.mark.parametrize(
    ("languages", "own", "display", "expected"),
    [
        ((), "en", "Rot", []),
        (("de",), "en", "Rot", []),
        (("de-CH",), "en", "Rot", []),
        (("fr",), "de-AT", "Rot", []),
        (("fr",), "en", "Rot", ["code.display"]),
        (("fr",), "en", "Red", []),
    ],
)
def test_the_policy_names_the_languages_of_displays(
    languages: tuple[str, ...], own: str, display: str, expected: list[str]
) -> None:
    issues = check_core(painted(display, language=own), SPOKEN, policy=Policy(languages=languages))
    assert [each.id for each in issues] == expected


def test_what_is_right_in_one_language_is_asked_again_in_another() -> None:
    rows = [
        {
            "fullUrl": f"http://server.test/Observation/{language}",
            "resource": painted("Rot", id=language, language=language),
        }
        for language in ("de", "en")
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": rows}
    found = check_core(bundle, SPOKEN, policy=Policy(languages=("fr",)))
    assert [each.path for each in found] == ["Bundle.entry[1].resource.method.coding[0].display"]
