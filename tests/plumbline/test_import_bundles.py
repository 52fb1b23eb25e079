from __future__ import annotations

import json

import pytest

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.definitions.catalog import open_core
from fhir_server.resource_routes import stored_types
from plumbline.importing.contents import Kinds, contents_of

UUID = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"


@pytest.fixture(scope="module")
def contents():
    model = open_core().model
    kinds = Kinds(model, frozenset(stored_types(model)))
    return lambda resource: contents_of(parse_json(json.dumps(resource)), kinds)


def bundle(*entries, kind="transaction"):
    return {"resourceType": "Bundle", "id": "b", "type": kind, "entry": list(entries)}


def entry(resource, method="PUT", url="", **more):
    return {"resource": resource, "request": {"method": method, "url": url or resource["resourceType"]}, **more}


def keys(found):
    return [str(key) for key, _ in found.resources]


PATIENT = {"resourceType": "Patient", "id": "p1"}


@pytest.mark.parametrize("kind", ["transaction", "batch", "collection", "searchset"])
def test_the_entries_of_a_bundle_are_taken_out(contents, kind):
    assert keys(contents(bundle(entry(PATIENT), kind=kind))) == ["Patient/p1"]


@pytest.mark.parametrize("kind", ["document", "message", "history"])
def test_other_bundles_are_kept_whole(contents, kind):
    assert keys(contents(bundle(entry(PATIENT), kind=kind))) == ["Bundle/b"]


def test_an_entry_without_id_gets_that_of_its_request(contents):
    found = contents(bundle(entry({"resourceType": "Patient"}, url="Patient/p7")))
    assert keys(found) == ["Patient/p7"]


def test_an_entry_without_any_id_gets_that_of_its_full_url_each_time(contents):
    found = contents(bundle(entry({"resourceType": "Patient"}, "POST", fullUrl=UUID)))
    assert keys(found) == [f"Patient/{UUID.removeprefix('urn:uuid:')}"]


def test_references_between_entries_lead_to_where_they_are_stored(contents):
    observation = {"resourceType": "Observation", "id": "o1", "subject": {"reference": UUID}}
    found = contents(bundle(entry(PATIENT, "POST", fullUrl=UUID), entry(observation)))
    assert found.resources[1][1]["subject"] == {"reference": "Patient/p1"}


def test_an_entry_that_cannot_be_named_is_refused_with_its_place(contents):
    found = contents(bundle(entry(PATIENT), entry({"resourceType": "Patient"}, "POST")))
    ((error, resource),) = found.refusals
    assert error.issues[0]["expression"] == ["Bundle.entry[1].resource.id"]
    assert resource == {"resourceType": "Patient"}


def test_a_resource_twice_in_a_bundle_is_refused_the_second_time(contents):
    found = contents(bundle(entry(PATIENT), entry(PATIENT)))
    assert (keys(found), len(found.refusals)) == (["Patient/p1"], 1)


@pytest.mark.parametrize("odd", [None, 1, {}, {"request": {"method": "DELETE", "url": "Patient/p1"}}])
def test_an_entry_that_holds_no_resource_is_refused(contents, odd):
    assert len(contents(bundle(odd)).refusals) == 1


def test_what_a_search_remarked_is_passed_over(contents):
    remark = {"resource": {"resourceType": "OperationOutcome"}, "search": {"mode": "outcome"}}
    found = contents(bundle({"resource": PATIENT}, remark, kind="searchset"))
    assert (keys(found), found.skipped, found.refusals) == (["Patient/p1"], 1, [])


def test_a_document_tells_whether_references_in_it_are_searches(contents):
    observation = {"resourceType": "Observation", "id": "o1", "subject": {"reference": "Patient?identifier=1"}}
    assert contents(bundle(entry(observation))).has_searches
    assert not contents(bundle(entry(PATIENT))).has_searches


def test_parameters_are_not_stored_on_their_own(contents):
    assert len(contents({"resourceType": "Parameters", "id": "p"}).refusals) == 1
