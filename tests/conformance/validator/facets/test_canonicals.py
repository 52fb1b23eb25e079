"""Canonicals (https://hl7.org/fhir/R4/references.html#canonical)."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validator import Policy
from fhir_kernel.resource import Resource
from tests.conformance.validator.world import CORE, check_core, the


def report_of(measure: str) -> Resource:
    period = {"start": "2020", "end": "2021"}
    return {
        "resourceType": "MeasureReport",
        "status": "complete",
        "type": "summary",
        "period": period,
        "measure": measure,
    }


def test_a_canonical_names_a_definition_of_the_right_type() -> None:
    found = the(check_core(report_of(f"{CORE}/Patient")), "canonical.wrong-type")
    assert (found.path, found.params["type"], found.params["expected"]) == (
        "MeasureReport.measure",
        "StructureDefinition",
        "Measure",
    )


@pytest.mark.parametrize("level", ["error", "warning", "information"])
def test_the_policy_says_how_bad_a_relative_canonical_is(level: Any) -> None:
    issues = check_core(report_of("Measure/a"), policy=Policy(relative_canonical=level))
    found = the(issues, "canonical.relative")
    assert (found.severity, found.path, found.params["found"]) == (level, "MeasureReport.measure", "Measure/a")


@pytest.mark.parametrize(
    ("measure", "policy"),
    [
        ("http://example.org/Measure/a", Policy(relative_canonical="error")),
        ("urn:uuid:cfc9dba4-ed33-4dfb-a0ac-e0f9c5f4e8d5|1", Policy(relative_canonical="error")),
        ("#a", Policy(relative_canonical="error")),
        ("Measure/a", Policy(relative_canonical="ignore")),
    ],
)
def test_canonicals_are_absolute_or_name_what_is_contained(measure: str, policy: Policy) -> None:
    assert [each.id for each in check_core(report_of(measure), policy=policy) if each.id == "canonical.relative"] == []
