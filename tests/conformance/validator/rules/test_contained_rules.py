from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conformance.validator.rules.contained import check_contained, check_element_ids, unreferenced
from conformance.validator.rules.identifiers import check_example_urls, check_identifier, is_example_url

Run = Callable[..., list[Any]]


def patient(*contained: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "contained": list(contained), **more}


def inner(inner_id: str | None = "a", **more: Any) -> dict[str, Any]:
    made = {"resourceType": "Practitioner", **more}
    return made if inner_id is None else {**made, "id": inner_id}


def test_a_contained_resource_has_an_id(run: Run) -> None:
    assert run(check_contained, patient(inner(None))) == [("contained.no-id", "Patient.contained[0]", "error")]


def test_ids_of_contained_resources_differ(run: Run) -> None:
    made = patient(inner(), inner(), generalPractitioner=[{"reference": "#a"}])
    assert run(check_contained, made) == [("contained.duplicate-id", "Patient.contained[1].id", "error")]


def test_a_contained_resource_is_referred_to(run: Run) -> None:
    assert run(check_contained, patient(inner())) == [("contained.unreferenced", "Patient.contained[0]", "error")]


@pytest.mark.parametrize(
    "made",
    [
        patient(inner(), generalPractitioner=[{"reference": "#a"}]),
        patient(inner(), extension=[{"url": "http://a", "valueCanonical": "#a"}]),
        patient(inner(), extension=[{"url": "http://a", "valueUrl": "#a"}]),
        patient(inner(), text={"status": "additional", "div": "<div><img alt='' src='#a'/></div>"}),
        patient(inner("a", extension=[{"url": "http://a", "valueReference": {"reference": "#"}}])),
        patient(inner("a"), inner("b", x={"reference": "#a"}), link=[{"other": {"reference": "#b"}}]),
    ],
)
def test_each_way_to_refer_counts(made: dict[str, Any]) -> None:
    assert unreferenced(made) == []


def test_a_reference_of_a_contained_resource_to_itself_does_not_count() -> None:
    assert unreferenced(patient(inner("a", x={"reference": "#a"}))) == [0]


def test_element_ids_are_unique_in_a_resource(run: Run) -> None:
    names = [{"id": "1", "family": "Li"}, {"id": "2"}, {"id": "1"}]
    made = {"resourceType": "Patient", "id": "1", "name": names, "_gender": {"id": "2"}}
    assert run(check_element_ids, made) == [
        ("element.duplicate-id", "Patient.name[2]", "error"),
        ("element.duplicate-id", "Patient.gender", "error"),
    ]


def test_a_resource_within_a_resource_has_ids_of_its_own(run: Run) -> None:
    entry = {"id": "1", "resource": {"resourceType": "Patient", "id": "1", "name": [{"id": "1"}]}}
    made = {"resourceType": "Bundle", "id": "1", "entry": [entry, {"id": "1"}]}
    assert run(check_element_ids, made) == [("element.duplicate-id", "Bundle.entry[1]", "error")]


def test_snapshot_and_differential_share_ids(run: Run) -> None:
    elements = {"element": [{"id": "Patient"}]}
    assert (
        run(check_element_ids, {"resourceType": "StructureDefinition", "snapshot": elements, "differential": elements})
        == []
    )


def test_an_identifier_system_is_absolute(run: Run) -> None:
    assert run(check_identifier, {"system": "mrn", "value": "1"})[0].id == "identifier.relative-system"
    assert run(check_identifier, {"system": "urn:oid:2.16.840.1", "value": "1"}) == []


@pytest.mark.parametrize("value", ["2.16.840.1.113883.6.57", "0C3151BD-1cbf-4d64-b04d-cd9187a4c6e0", "17"])
def test_a_value_in_the_system_of_uris_is_a_uri(value: str, run: Run) -> None:
    assert [found.id for found in run(check_identifier, {"system": "urn:ietf:rfc:3986", "value": value})] == [
        "identifier.value-not-uri"
    ]


@pytest.mark.parametrize(
    "value", ["urn:oid:2.16.840.1", "https://a.cn/1", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"]
)
def test_uris_are_right_values_in_their_system(value: str, run: Run) -> None:
    assert run(check_identifier, {"system": "urn:ietf:rfc:3986", "value": value}) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://example.org/fhir", True),
        ("http://sub.example.com", True),
        ("urn:oid:2.999.1", True),
        ("http://hl7.org/fhir/example", False),
        ("urn:oid:2.9991", False),
    ],
)
def test_example_urls_are_known(url: str, *, expected: bool) -> None:
    assert is_example_url(url) is expected


def test_example_urls_are_faults_where_the_policy_says_so(run: Run) -> None:
    extension = {"url": "http://example.org/ext", "valueString": "see http://example.org/x"}
    made = {
        "resourceType": "Patient",
        "_birthDate": {"extension": [extension]},
        "identifier": [{"system": "http://a.cn"}],
    }
    found = ("uri.example", "Patient.birthDate.extension[0].url", "warning")
    assert run(check_example_urls, made, example_urls="warning") == [found]
    assert run(check_example_urls, made, example_urls="ignore") == []


@pytest.mark.parametrize("broken", [None, "x", 1, [None], ["x"], [{"id": 1}], [{"id": {}}], {"id": "a"}])
def test_contained_resources_of_the_wrong_shape_are_no_failure(broken: Any, run: Run) -> None:
    run(check_contained, {"resourceType": "Patient", "contained": broken})
    run(check_element_ids, {"resourceType": "Patient", "name": broken, "contained": broken})
