from __future__ import annotations

from typing import Any

import pytest

from fhir_server.patch.apply import ACCEPT_PATCH

PATIENT = {"resourceType": "Patient", "id": "p", "active": True}


@pytest.mark.parametrize("declared", ["", "text/plain", "application/json-patch", "application/x-www-form-urlencoded"])
def test_a_format_that_is_none_of_those_is_refused_with_their_names(refused: Any, declared: str) -> None:
    refusal = refused(PATIENT, b"[]", declared or "-")
    assert (refusal.status, refusal.headers["accept-patch"]) == (415, ACCEPT_PATCH)
    assert "application/json-patch+json" in str(refusal)


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        (b"[]", "application/json-patch+json"),
        (b"{}", "application/merge-patch+json"),
        (b'{"resourceType": "Parameters"}', "application/fhir+json; fhirVersion=4.0"),
        (b'<Parameters xmlns="http://hl7.org/fhir"/>', "application/fhir+xml"),
        (b"<diff/>", "application/xml-patch+xml; charset=utf-8"),
    ],
)
def test_a_patch_of_no_operations_changes_nothing(patch: Any, body: bytes, declared: str) -> None:
    assert patch(PATIENT, body, declared) == PATIENT
