from __future__ import annotations

import asyncio
import base64
import json

import pytest

from tests.fhir_server.interactions.test_batch import batch, entry
from tests.fhir_server.records_world import BY_IDENTIFIER, PATIENT, Records, identified
from tests.fhir_server.world import told

CHILD = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"
OBSERVATION = {"resourceType": "Observation", "status": "final", "code": {"text": "a"}}


def transaction(*entries):
    return {**batch(*entries), "type": "transaction"}


def put_in(method, url, resource=None, full_url=None, **conditions):
    made = entry(method, url, resource)
    made["request"] |= conditions
    return {**made, "fullUrl": full_url} if full_url else made


def statuses(response):
    bundle = response.json()
    assert bundle["resourceType"] == "Bundle", bundle
    return [each["response"]["status"] for each in bundle["entry"]]


def test_every_verb_is_carried_out_and_answered_in_the_order_of_the_entries(records):
    for each in ("a", "b", "c"):
        records.put(f"Patient/{each}", {**PATIENT, "id": each})
    change = json.dumps([{"op": "add", "path": "/active", "value": True}]).encode()
    patch = {
        "resourceType": "Binary",
        "contentType": "application/json-patch+json",
        "data": base64.b64encode(change).decode(),
    }
    response = records.post(
        "",
        transaction(
            put_in("GET", "Patient/new-1"),
            put_in("PATCH", "Patient/a", patch),
            put_in("PUT", "Patient/b", {**PATIENT, "id": "b", "active": False}),
            put_in("POST", "Patient", PATIENT),
            put_in("DELETE", "Patient/c"),
            put_in("GET", "Patient?_summary=count"),
        ),
    )
    assert response.json()["type"] == "transaction-response"
    assert statuses(response) == ["200 OK", "200 OK", "200 OK", "201 Created", "204 No Content", "200 OK"]
    entries = response.json()["entry"]
    assert entries[0]["resource"]["id"] == "new-1"
    assert entries[3]["response"]["location"] == "Patient/new-1/_history/1"
    assert entries[4]["response"]["etag"] == 'W/"2"'
    assert "resource" not in entries[1]
    assert entries[5]["resource"]["total"] == 3
    assert records.get("Patient/a").json()["active"] is True
    assert records.get("Patient/c").status_code == 410


def test_references_between_entries_lead_to_what_was_written(records):
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><a href="{CHILD}">child</a> {CHILD}</div>'
    document = {
        "resourceType": "DocumentReference",
        "status": "current",
        "text": {"status": "generated", "div": div},
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": CHILD},
        "subject": {"reference": CHILD},
        "author": [{"reference": f"{CHILD}#part"}],
        "content": [{"attachment": {"url": CHILD}}],
        "extension": [{"url": "http://example.org/x", "valueCanonical": CHILD}, {"url": "b", "valueUri": CHILD}],
    }
    records.post(
        "", transaction(put_in("POST", "DocumentReference", document), put_in("POST", "Patient", PATIENT, CHILD))
    )
    made = records.get("DocumentReference/new-1").json()
    assert made["subject"] == {"reference": "Patient/new-2"}
    assert made["author"] == [{"reference": "Patient/new-2#part"}]
    assert made["content"][0]["attachment"]["url"] == "Patient/new-2"
    assert made["extension"] == [
        {"url": "http://example.org/x", "valueCanonical": CHILD},
        {"url": "b", "valueUri": "Patient/new-2"},
    ]
    assert made["masterIdentifier"]["value"] == CHILD
    assert f'<a href="Patient/new-2">child</a> {CHILD}' in made["text"]["div"]
    found = records.get("DocumentReference?subject=Patient/new-2").json()
    assert len(found["entry"]) == 1


def test_references_lead_to_what_a_condition_has_met(records):
    records.create(identified("1"))
    named = {**OBSERVATION, "subject": {"reference": CHILD}}
    looked_for = {**OBSERVATION, "subject": {"reference": f"Patient?{BY_IDENTIFIER}2"}}
    response = records.post(
        "",
        transaction(
            put_in("POST", "Patient", identified("1"), CHILD, ifNoneExist=BY_IDENTIFIER + "1"),
            put_in("POST", "Patient", identified("2"), "urn:uuid:2", ifNoneExist=BY_IDENTIFIER + "2"),
            put_in("PUT", "Observation/a", {**named, "id": "a"}),
            put_in("PUT", "Observation/b", {**looked_for, "id": "b"}),
        ),
    )
    assert statuses(response) == ["200 OK", "201 Created", "201 Created", "201 Created"]
    assert records.get("Observation/a").json()["subject"]["reference"] == "Patient/new-1"
    new = response.json()["entry"][1]["response"]["location"].rpartition("/_history")[0]
    assert records.get("Observation/b").json()["subject"]["reference"] == new


@pytest.mark.parametrize(("value", "code"), [("9", "not-found"), ("1", "multiple-matches")])
def test_a_reference_that_does_not_mean_one_resource_undoes_all(records, value, code):
    records.create(identified("1"))
    records.create(identified("1"))
    reference = {"reference": f"Patient?identifier={value}"}
    response = records.post("", transaction(put_in("POST", "Observation", {**OBSERVATION, "subject": reference})))
    assert told(response).startswith(f"412 {code}: The reference 'Patient?identifier={value}' means ")
    assert records.get("Observation?_summary=count").json()["total"] == 0


def referring(url):
    return put_in("PUT", "Observation/o", {**OBSERVATION, "id": "o", "subject": {"reference": url}})


def test_a_conditional_reference_finds_what_the_same_transaction_creates(records):
    response = records.post(
        "", transaction(referring(f"Patient?{BY_IDENTIFIER}7"), put_in("POST", "Patient", identified("7")))
    )
    assert statuses(response) == ["201 Created", "201 Created"]
    made = response.json()["entry"][1]["response"]["location"].rpartition("/_history")[0]
    assert records.get("Observation/o").json()["subject"]["reference"] == made


def test_a_conditional_reference_finds_resources_as_the_transaction_leaves_them(records):
    for name, value in (("a", "1"), ("b", "1"), ("c", "2")):
        records.put(f"Patient/{name}", identified(value, id=name))
    gone, changed = put_in("DELETE", "Patient/a"), put_in("PUT", "Patient/b", identified("3", id="b"))
    response = records.post("", transaction(referring(f"Patient?{BY_IDENTIFIER}1"), gone, changed))
    assert told(response).startswith("412 not-found")
    moved = put_in("PUT", "Patient/c", identified("1", id="c"))
    response = records.post("", transaction(referring(f"Patient?{BY_IDENTIFIER}1"), gone, changed, moved))
    assert statuses(response) == ["201 Created", "204 No Content", "200 OK", "200 OK"]
    assert records.get("Observation/o").json()["subject"]["reference"] == "Patient/c"


def test_a_conditional_reference_to_one_that_is_there_and_one_that_is_new_is_refused(records):
    records.create(identified("1"))
    response = records.post(
        "", transaction(referring(f"Patient?{BY_IDENTIFIER}1"), put_in("POST", "Patient", identified("1")))
    )
    assert told(response).startswith("412 multiple-matches")


def test_a_conditional_reference_follows_links_within_the_transaction(records):
    visit = {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"code": "AMB"},
        "subject": {"reference": CHILD},
    }
    observation = {**OBSERVATION, "encounter": {"reference": "Encounter?subject.identifier=http://example.org/mrn|8"}}
    response = records.post(
        "",
        transaction(
            put_in("POST", "Observation", observation),
            put_in("POST", "Encounter", visit),
            put_in("POST", "Patient", identified("8"), CHILD),
        ),
    )
    assert statuses(response) == ["201 Created"] * 3
    made = response.json()["entry"][1]["response"]["location"].rpartition("/_history")[0]
    (found,) = records.get("Observation").json()["entry"]
    assert found["resource"]["encounter"]["reference"] == made


def test_one_entry_that_fails_undoes_all_and_every_failure_is_told(records):
    response = records.post(
        "",
        transaction(
            put_in("POST", "Patient", PATIENT),
            put_in("PUT", "Patient/a", {**PATIENT, "id": "b"}),
            put_in("PATCH", "Patient/none", {"resourceType": "Parameters"}),
        ),
    )
    assert response.status_code == 400
    issues = response.json()["issue"]
    assert [each["expression"][0] for each in issues] == ["Bundle.entry[1].resource.id", "Bundle.entry[2]"]
    assert records.get("Patient?_summary=count").json()["total"] == 0


def test_what_breaks_the_rules_undoes_all():
    records = Records(judging=True)
    bad = {**PATIENT, "gender": "girl"}
    response = records.post("", transaction(put_in("POST", "Patient", PATIENT), put_in("POST", "Patient", bad)))
    assert response.status_code == 422
    assert response.json()["issue"][0]["expression"] == ["Bundle.entry[1].resource.gender"]
    assert records.get("Patient?_summary=count").json()["total"] == 0


def test_two_entries_for_one_resource_are_refused(records):
    records.create(identified("1"))
    response = records.post(
        "", transaction(put_in("DELETE", "Patient/new-1"), put_in("PUT", "Patient?identifier=1", identified("1")))
    )
    assert told(response) == (
        "400 invalid: Bundle.entry[0] and Bundle.entry[1] both write Patient/new-1; expected each resource at most once"
    )


def test_two_entries_with_one_full_url_are_refused(records):
    response = records.post(
        "", transaction(put_in("POST", "Patient", PATIENT, CHILD), put_in("POST", "Patient", PATIENT, CHILD))
    )
    assert told(response).startswith(f"400 invalid: '{CHILD}' stands for Patient/new-1 and for another entry")
    assert records.get("Patient?_summary=count").json()["total"] == 0


def test_two_entries_that_would_create_under_one_condition_are_refused(records):
    create = put_in("POST", "Patient", identified("1"), ifNoneExist="identifier=1")
    assert told(records.post("", transaction(create, create))) == (
        "400 invalid: Bundle.entry[0] and Bundle.entry[1] both write Patient?identifier=1;"
        " expected each resource at most once"
    )


def test_entries_have_conditions_of_their_own(records):
    records.put("Patient/a", {**PATIENT, "id": "a"})
    changed = {**PATIENT, "id": "a", "active": True}
    assert told(records.post("", transaction(put_in("PUT", "Patient/a", changed, ifMatch='W/"9"')))).startswith("412 ")
    response = records.post("", transaction(put_in("PUT", "Patient/a", changed, ifMatch='W/"1"')))
    assert response.json()["entry"][0]["response"]["etag"] == 'W/"2"'


def test_resources_come_back_where_the_client_prefers_it(records):
    asked = transaction(put_in("POST", "Patient", PATIENT))
    for accept in ("application/fhir+json", "application/fhir+xml"):
        headers = {"prefer": "return=representation", "accept": accept}
        response = records.post("", asked, headers=headers)
        assert response.status_code == 200
        assert b"versionId" in response.content


def test_what_is_no_part_of_a_transaction_is_refused(records):
    response = records.post("", transaction(put_in("POST", "CodeSystem/$lookup", {"resourceType": "Parameters"})))
    assert told(response) == (
        "422 not-supported: POST of 'CodeSystem/$lookup' is not possible in a transaction; send it alone or in a batch"
    )
    collection = {"resourceType": "Bundle", "type": "collection"}
    assert told(records.post("", collection)) == (
        "422 not-supported: The Bundle is of type 'collection'; expected batch or transaction"
    )
    assert records.post("", transaction()).json() == {"resourceType": "Bundle", "type": "transaction-response"}


def test_a_read_that_finds_nothing_undoes_nothing(records):
    response = records.post("", transaction(put_in("POST", "Patient", PATIENT), put_in("GET", "Patient/none")))
    assert statuses(response) == ["201 Created", "404 Not Found"]
    assert records.get("Patient/new-1").status_code == 200


def test_in_a_batch_each_entry_is_written_on_its_own(records):
    response = records.post(
        "",
        batch(
            *(put_in("POST", "Patient", identified(str(n))) for n in range(40)),
            put_in("POST", "Patient", {"resourceType": "Group"}),
            put_in("GET", "Patient?identifier=7"),
            put_in("DELETE", "Patient?identifier=8"),
        ),
    )
    assert statuses(response) == ["201 Created"] * 40 + ["400 Bad Request", "200 OK", "204 No Content"]
    assert response.json()["entry"][41]["resource"]["entry"][0]["resource"]["identifier"][0]["value"] == "7"
    assert records.get("Patient?_summary=count").json()["total"] == 39


def test_transactions_that_meet_write_one_after_the_other(records):
    asked = transaction(
        put_in("POST", "Patient", identified("1"), CHILD, ifNoneExist=BY_IDENTIFIER + "1"),
        put_in("POST", "Observation", {**OBSERVATION, "subject": {"reference": CHILD}}),
    )
    headers = {"content-type": "application/fhir+json"}
    answers = asyncio.run(records.send_all([("POST", "", {"json": asked, "headers": headers})] * 12))
    assert {each.status_code for each in answers} == {200}
    assert records.get("Patient?_summary=count").json()["total"] == 1
    (patient,) = records.get("Patient").json()["entry"]
    found = records.get(f"Observation?subject=Patient/{patient['resource']['id']}&_summary=count").json()
    assert found["total"] == 12
