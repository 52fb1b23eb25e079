from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from conformance.validator.rules.bundle import check_bundle

Run = Callable[..., list[Any]]


def bundle(kind: str, *entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries), **more}


def entry(
    full_url: str | None, resource_type: str = "Patient", resource_id: str | None = None, **more: Any
) -> dict[str, Any]:
    resource = {"resourceType": resource_type, **more}
    if resource_id is not None:
        resource["id"] = resource_id
    return {"resource": resource} if full_url is None else {"fullUrl": full_url, "resource": resource}


def reference(text: str) -> dict[str, str]:
    return {"reference": text}


def document(*entries: dict[str, Any], **composition: Any) -> dict[str, Any]:
    return bundle("document", entry("http://a.org/Composition/c", "Composition", "c", **composition), *entries)


BASE = "http://a.org/Patient/"


def test_a_full_url_is_absolute(run: Run) -> None:
    assert run(check_bundle, bundle("collection", entry("Patient/1", resource_id="1"))) == [
        ("bundle.full-url-relative", "Bundle.entry[0].fullUrl", "error")
    ]


def test_many_relative_full_urls_are_one_finding(run: Run) -> None:
    entries = [entry(f"Patient/{at}", resource_id=str(at)) for at in range(40)]
    assert [found.id for found in run(check_bundle, bundle("collection", *entries))] == ["bundle.full-urls-relative"]


@pytest.mark.parametrize("full_url", ["urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "urn:oid:1.2.3", f"{BASE}1"])
def test_a_full_url_may_be_a_urn_or_the_place_on_a_server(full_url: str, run: Run) -> None:
    assert run(check_bundle, bundle("collection", entry(full_url, resource_id="1"))) == []


def test_a_full_url_on_a_server_ends_with_type_and_id(run: Run) -> None:
    wrong = bundle("collection", entry(f"{BASE}2", resource_id="1"), entry(f"{BASE}3"))
    assert run(check_bundle, wrong) == [
        ("bundle.full-url-mismatch", "Bundle.entry[0].fullUrl", "error"),
        ("bundle.full-url-no-id", "Bundle.entry[1].fullUrl", "error"),
    ]


def test_a_url_that_names_no_resource_type_is_not_taken_for_a_server(run: Run) -> None:
    assert run(check_bundle, bundle("collection", entry("http://a.org/Thing/2", resource_id="1"))) == []


def test_the_canonical_url_of_a_definition_is_not_its_full_url(run: Run) -> None:
    value_set = entry("http://a.org/vs", "ValueSet", "1", url="http://a.org/vs")
    assert [found.id for found in run(check_bundle, bundle("collection", value_set))] == ["bundle.full-url-canonical"]


@pytest.mark.parametrize("kind", ["transaction", "batch-response"])
def test_transactions_may_leave_out_full_urls(kind: str, run: Run) -> None:
    assert run(check_bundle, bundle(kind, entry(None))) == []


def test_other_bundles_need_full_urls(run: Run) -> None:
    assert run(check_bundle, bundle("collection", entry(None))) == [
        ("bundle.full-url-missing", "Bundle.entry[0]", "error")
    ]


def test_the_outcome_of_a_search_needs_no_full_url(run: Run) -> None:
    outcome = {"resource": {"resourceType": "OperationOutcome"}, "search": {"mode": "outcome"}}
    found = run(check_bundle, bundle("searchset", outcome, link=[{"relation": "self", "url": "http://a.org/Patient"}]))
    assert found == []


def test_paging_links_belong_to_searches(run: Run) -> None:
    links = [{"relation": "self", "url": "http://a"}, {"relation": "next", "url": "http://a"}]
    assert run(check_bundle, bundle("collection", link=links)) == [
        ("bundle.link-paging", "Bundle.link[1].relation", "error")
    ]
    assert run(check_bundle, bundle("history", link=links)) == []


def test_a_link_relation_occurs_once(run: Run) -> None:
    links = [{"relation": "self", "url": "http://a"}] * 2 + [{"relation": "other", "url": "http://a"}] * 2
    assert run(check_bundle, bundle("collection", link=links)) == [("bundle.link-duplicate", "Bundle.link[1]", "error")]


def test_a_stylesheet_is_in_the_document_or_the_standard_one(run: Run) -> None:
    urls = ["Binary/css", "Binary/none", "https://hl7.org/fhir/fhir.css", "http://a.org/x.css"]
    css = entry("http://a.org/Binary/css", "Binary", "css")
    with_links = document(css) | {"link": [{"relation": "stylesheet", "url": url} for url in urls]}
    assert run(check_bundle, with_links) == [
        ("bundle.stylesheet-missing", "Bundle.link[1].url", "error"),
        ("bundle.stylesheet-external", "Bundle.link[3].url", "warning"),
    ]


@pytest.mark.parametrize("kind", ["document", "message"])
def test_documents_and_messages_have_a_first_resource(kind: str, run: Run) -> None:
    assert run(check_bundle, bundle(kind)) == [("bundle.no-entries", "Bundle", "error")]
    assert run(check_bundle, bundle(kind, {"fullUrl": "http://a"})) == [
        ("bundle.no-first-resource", "Bundle.entry[0]", "error")
    ]


def test_what_a_composition_refers_to_is_in_the_document(run: Run) -> None:
    found = run(
        check_bundle,
        document(
            entry(f"{BASE}1", resource_id="1"),
            subject=reference("Patient/1"),
            author=[{"display": "someone"}, reference("Practitioner/9")],
            section=[{"section": [{"entry": [reference("#x"), reference("urn:uuid:0c3151bd")]}]}],
        ),
    )
    assert found == [
        ("bundle.reference-missing", "Bundle.entry[0].resource.author[1]", "error"),
        ("bundle.reference-missing", "Bundle.entry[0].resource.section[0].section[0].entry[1]", "error"),
    ]


def test_a_composition_may_refer_to_definitions_outside(run: Run) -> None:
    known = "http://hl7.org/fhir/ValueSet/administrative-gender"
    sections = [{"entry": [reference(known), reference("http://a.org/Questionnaire/q")]}]
    assert run(check_bundle, document(section=sections)) == []


def test_a_relative_reference_counts_from_the_full_url_of_its_entry(run: Run) -> None:
    found = run(
        check_bundle, document(entry("http://b.org/Patient/1", resource_id="1"), subject=reference("Patient/1"))
    )
    assert found == [
        ("bundle.reference-mismatch", "Bundle.entry[0].resource.subject", "error"),
        ("bundle.document-unreachable", "Bundle.entry[1]", "error"),
    ]


def test_a_relative_reference_has_no_meaning_under_a_urn(run: Run) -> None:
    one, two = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e1"
    composition = entry(one, "Composition", subject=reference("Patient/1"))
    found = run(check_bundle, bundle("document", composition, entry(two, resource_id="1")))
    assert [each.id for each in found] == ["bundle.reference-no-base", "bundle.document-unreachable"]


def test_every_entry_of_a_document_is_reached_from_the_composition(run: Run) -> None:
    found = run(
        check_bundle,
        document(
            entry(f"{BASE}1", resource_id="1", link=[{"other": reference("Patient/2")}]),
            entry(f"{BASE}2", resource_id="2"),
            entry(f"{BASE}3", resource_id="3"),
            entry(
                f"{BASE}4", resource_id="4", link=[{"other": reference("Patient/1")}, {"other": reference("Patient/5")}]
            ),
            entry(f"{BASE}5", resource_id="5"),
            entry("http://a.org/Provenance/p", "Provenance", "p", target=[reference("Patient/1")]),
            subject=reference("Patient/1"),
        ),
    )
    assert found == [
        ("bundle.document-backward", "Bundle.entry[4]", "warning"),
        ("bundle.document-unreachable", "Bundle.entry[3]", "error"),
    ]


def test_an_attachment_reaches_its_binary_by_url(run: Run) -> None:
    content = [{"attachment": {"url": "Binary/1"}}]
    found = run(
        check_bundle,
        document(
            entry("http://a.org/DocumentReference/1", "DocumentReference", "1", content=content),
            entry("http://a.org/Binary/1", "Binary", "1"),
            section=[{"entry": [reference("DocumentReference/1")]}],
        ),
    )
    assert found == []


def test_what_a_message_does_not_need_is_only_a_warning(run: Run) -> None:
    header = entry("http://a.org/MessageHeader/h", "MessageHeader", "h", focus=[reference("Patient/1")])
    entries = [entry(f"{BASE}{at}", resource_id=str(at)) for at in (1, 2)]
    assert run(check_bundle, bundle("message", header, *entries)) == [
        ("bundle.message-unreachable", "Bundle.entry[2]", "warning")
    ]


def search_set(*entries: dict[str, Any], url: str = "http://a.org/Patient?name=x") -> dict[str, Any]:
    return bundle("searchset", *entries, link=[{"relation": "self", "url": url}])


def match(mode: str, resource_type: str = "Patient", resource_id: str | None = "1") -> dict[str, Any]:
    made = entry(f"http://a.org/{resource_type}/1", resource_type, resource_id)
    return made | {"search": {"mode": mode}}


def test_search_results_have_ids_and_the_type_searched_for(run: Run) -> None:
    found = run(check_bundle, search_set(match("match", "Immunization", None), match("include", "Organization")))
    assert found[:2] == [
        ("bundle.search-no-id", "Bundle.entry[0].resource", "error"),
        ("bundle.search-wrong-type", "Bundle.entry[0].resource", "error"),
    ]
    assert len(found) == 3


def test_types_are_read_from_the_type_parameter_too(run: Run) -> None:
    found = run(
        check_bundle, search_set(match("match", "Organization"), url="http://a.org/?_type=Patient,Organization")
    )
    assert found == []


def test_only_an_operation_outcome_is_an_outcome(run: Run) -> None:
    assert run(check_bundle, search_set(match("outcome"))) == [
        ("bundle.search-outcome-type", "Bundle.entry[0].resource", "error")
    ]


def test_search_modes_are_needed_where_types_differ(run: Run) -> None:
    found = run(check_bundle, search_set(entry(f"{BASE}1", resource_id="1"), entry("urn:oid:1.2", "Task", "t")))
    assert found == [
        ("bundle.search-wrong-type", "Bundle.entry[1]", "warning"),
        ("bundle.search-modes-missing", "Bundle", "warning"),
    ]


def request(method: str, url: str, resource: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"request": {"method": method, "url": url, **more}}
    return made if resource is None else made | {"resource": resource}


def test_a_request_fits_its_resource(run: Run) -> None:
    patient = {"resourceType": "Patient", "id": "1"}
    found = run(
        check_bundle,
        bundle(
            "transaction",
            request("POST", "Patient", patient),
            request("POST", "Observation", patient),
            request("PUT", "Patient/2", patient),
            request("PUT", "Patient?identifier=3", patient),
            request("POST", "Patient"),
            request("GET", "Patient/9", patient),
            request("DELETE", "Patient/2", ifMatch='W/"2"'),
            request("DELETE", "Patient/4", ifMatch="2"),
        ),
    )
    assert found == [
        ("bundle.request-wrong-type", "Bundle.entry[1].request.url", "error"),
        ("bundle.request-wrong-id", "Bundle.entry[2].request.url", "error"),
        ("bundle.request-no-resource", "Bundle.entry[4]", "error"),
        ("bundle.request-extra-resource", "Bundle.entry[5].resource", "warning"),
        ("bundle.request-twice", "Bundle.entry[6].request.url", "error"),
        ("bundle.request-entity-tag", "Bundle.entry[7].request.ifMatch", "warning"),
    ]


@pytest.mark.parametrize("broken", [None, "x", 1, [], {}, [None], ["x"], [[{}]], {"resourceType": 1}, {"type": []}])
@pytest.mark.parametrize("kind", ["document", "message", "searchset", "transaction", "history"])
def test_a_bundle_of_the_wrong_shape_is_no_failure(kind: str, broken: Any, run: Run) -> None:
    run(check_bundle, {"resourceType": "Bundle", "type": kind, "entry": broken, "link": broken})
    odd = {"fullUrl": broken, "resource": broken, "search": broken, "request": broken}
    whole = {"fullUrl": "http://a", "resource": {"resourceType": "Composition", "section": broken, "author": broken}}
    run(check_bundle, {"resourceType": "Bundle", "type": kind, "entry": [odd], "link": [{"relation": broken}]})
    run(check_bundle, {"resourceType": "Bundle", "type": kind, "entry": [whole, odd]})


def test_ten_thousand_entries_take_linear_time(run: Run) -> None:
    def seconds(count: int) -> float:
        entries = [
            entry(f"{BASE}{at}", resource_id=str(at), link=[{"other": reference(f"Patient/{at * 7 % count}")}])
            for at in range(count)
        ]
        sections = [{"entry": [reference(f"Patient/{at}") for at in range(count)]}]
        made, start = document(*entries, section=sections), time.process_time()
        assert run(check_bundle, made) == []
        return time.process_time() - start

    seconds(1000)
    assert seconds(10_000) < 30 * max(seconds(1000), 0.02)
