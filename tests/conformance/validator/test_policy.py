"""The switches of a validation: each changes how bad its finding is, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validator import Policy
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import OBSERVATION, PATIENT, check_core, core_validator, the, world

UCUM = "http://unitsofmeasure.org"
UNKNOWN = {"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}
LEVELS: dict[str, tuple[Resource, str, str]] = {
    "unknown_extension": (
        PATIENT | {"extension": [{"url": "http://foreign.test/x", "valueString": "x"}]},
        "extension.unknown",
        "Patient.extension[0]",
    ),
    "unknown_profile": (
        PATIENT | {"meta": {"profile": ["http://foreign.test/x"]}},
        "profile.unknown",
        "Patient.meta.profile[0]",
    ),
    "display_mismatch": (
        OBSERVATION | {"dataAbsentReason": {"coding": [UNKNOWN | {"display": "x"}]}},
        "code.display",
        "Observation.dataAbsentReason.coding[0].display",
    ),
    "malformed_code": (
        OBSERVATION | {"method": {"coding": [{"system": "http://loinc.org", "code": "x y"}]}},
        "code.unknown",
        "Observation.method.coding[0].code",
    ),
    "unknown_unit": (
        OBSERVATION | {"valueQuantity": {"value": 1, "system": UCUM, "code": "tbl"}},
        "code.unknown",
        "Observation.value.code",
    ),
    "example_urls": (
        PATIENT | {"identifier": [{"system": "http://example.com/ids", "value": "1"}]},
        "uri.example",
        "Patient.identifier[0].system",
    ),
    "best_practice": (PATIENT, "invariant.violated", "Patient"),
    "html_in_strings": (PATIENT | {"name": [{"text": "<b>x</b>"}]}, "primitive.html", "Patient.name[0].text"),
    "html_in_markdown": (
        OBSERVATION | {"note": [{"text": "a <b>x</b>"}]},
        "primitive.html",
        "Observation.note[0].text",
    ),
}
"""By switch, a resource that it speaks of, and the issue and its place."""


@pytest.mark.parametrize("level", ["error", "warning", "information", "ignore"])
@pytest.mark.parametrize("switch", LEVELS)
def test_a_level_says_how_bad_a_finding_is(switch: str, level: str) -> None:
    resource, issue_id, path = LEVELS[switch]
    stated: Any = {switch: level}
    issues = [each for each in check_core(resource, policy=Policy(**stated)) if each.id == issue_id]
    assert [(each.path, each.severity) for each in issues] == ([] if level == "ignore" else [(path, level)])


def test_comments_in_json_may_be_let_pass() -> None:
    text = b'{"resourceType": "Patient" /* so far */}'
    assert the(core_validator().validate_bytes(text).issues, "json.comment").severity == "error"
    assert world(policy=Policy(allow_json_comments=True)).validate_bytes(text).issues == ()


def test_what_is_published_is_held_to_more() -> None:
    value_set = {"resourceType": "ValueSet", "status": "active", "url": "http://foreign.test/ValueSet/x"}
    assert check_core(value_set) == []
    assert {each.id for each in check_core(value_set, policy=Policy(publishing=True))} == {
        "publication.element-missing"
    }
