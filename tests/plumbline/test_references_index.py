from __future__ import annotations

import json

import pytest

from fhir_kernel.codec.json_codec import parse_json
from plumbline.inputs import Document
from plumbline.references import index_references

BUNDLE = {
    "resourceType": "Bundle",
    "entry": [
        {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Organization", "name": "A"}},
        {"fullUrl": "https://a.example/fhir/Patient/2", "resource": {"resourceType": "Patient", "id": "2"}},
        "nonsense",
    ],
}


@pytest.fixture
def resolve():
    documents = [
        Document("p.json", b'{"resourceType":"Patient","id":"1"}'),
        Document("b.json", json.dumps(BUNDLE).encode()),
        Document("bad.json", b"{"),
    ]
    return index_references(documents, parse_json)


@pytest.mark.parametrize(
    "reference",
    ["Patient/1", "https://hospital.example/fhir/Patient/1", "Patient/1/_history/3", "Patient/2", "urn:uuid:1"],
)
def test_a_reference_finds_the_resource_whichever_way_it_is_written(resolve, reference):
    assert resolve(reference)["resourceType"] in ("Patient", "Organization")


def test_what_is_in_no_input_is_not_found(resolve):
    assert resolve("Patient/3") is None
    assert resolve("urn:uuid:9") is None


def test_the_entry_of_a_bundle_is_the_resource_itself(resolve):
    assert resolve("urn:uuid:1") == {"resourceType": "Organization", "name": "A"}
