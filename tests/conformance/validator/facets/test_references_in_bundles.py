from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from conformance.validator import Validator
from fhir_kernel.definitions.catalog import open_core
from terminology.local import LocalCodes

URN = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
OTHER = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e1"


@cache
def validator() -> Validator:
    catalog = open_core()
    return Validator(catalog, LocalCodes(catalog))


def findings(resource: dict[str, Any]) -> list[tuple[str, str]]:
    """Issue id and severity of all that is said of references."""
    issues = validator().validate(resource).issues
    return [(each.id, each.severity) for each in issues if each.id.startswith("reference.")]


def patient(reference: str) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": "1", "generalPractitioner": [{"reference": reference}]}


def bundle(
    reference: str, full_url: str, target: dict[str, Any], target_url: str, kind: str = "collection"
) -> dict[str, Any]:
    entries = [{"fullUrl": full_url, "resource": patient(reference)}, {"fullUrl": target_url, "resource": target}]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (OTHER, []),
        ("Practitioner/0c3151bd-1cbf-4d64-b04d-cd9187a4c6e1", []),
        ("Organization/0c3151bd-1cbf-4d64-b04d-cd9187a4c6e1", [("reference.wrong-target-type", "error")]),
        ("Practitioner/2", [("reference.near-match", "warning")]),
        ("Practitioner/3", []),
        ("666", [("reference.unusual", "error")]),
        ("Practitioner?identifier=1", [("reference.conditional", "error")]),
        ("ht tp://a.org/Practitioner/1", [("reference.not-a-url", "error")]),
    ],
)
def test_a_bundle_says_what_a_reference_may_mean(reference: str, expected: list[tuple[str, str]]) -> None:
    target = {"resourceType": "Practitioner", "id": "2"}
    assert findings(bundle(reference, URN, target, OTHER)) == expected


def test_two_entries_with_one_url_make_a_reference_ambiguous() -> None:
    made = bundle(OTHER, URN, {"resourceType": "Practitioner", "meta": {"versionId": "1"}}, OTHER)
    made["entry"].append({"fullUrl": OTHER, "resource": {"resourceType": "Practitioner", "meta": {"versionId": "2"}}})
    assert findings(made) == [("reference.ambiguous", "error")]
    assert findings({**made, "type": "history"}) == []


def test_outside_a_bundle_an_odd_reference_is_only_suspicious() -> None:
    assert findings(patient("666")) == [("reference.unusual", "warning")]
    assert findings(patient("Practitioner?identifier=1")) == []
