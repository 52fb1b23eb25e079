from __future__ import annotations

import asyncio
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fhir_server.records_world import PATIENT, Records

SERVER = Records(judging=True)
NAMES = st.sampled_from(
    [
        "Patient",
        "CodeSystem",
        "Bundle",
        "a",
        "$meta",
        "$everything",
        "_history",
        "_search",
        "1",
        "",
        "%00",
        "é",
        "..",
        "*",
    ]
)
PATHS = st.lists(NAMES, max_size=4).map("/".join)
QUERIES = st.sampled_from(
    ["", "?", "?=", "?_count=-1", "?name=%ff", "?_format=xml", "?_at=0000", "?_page=x", "?_offset=x", "?_summary=true",
     "?_has:Observation:subject:code=a", "?birthdate=gt", "?_sort=name,-_id", "?identifier=|", "?_elements=,",
     "?_type="]
)  # fmt: skip
HEADERS = st.dictionaries(
    st.sampled_from(
        ["if-match", "if-none-match", "if-none-exist", "if-modified-since", "prefer", "accept", "content-type"]
    ),
    st.sampled_from(["*", "W/\"1\"", "", ",", "identifier=1", "return=minimal", "application/fhir+xml", "text/plain",
                     "Mon, 06 May 2024 07:08:11 GMT", "application/json-patch+json"]),
    max_size=3,
)  # fmt: skip
JSON = st.recursive(
    st.sampled_from([None, True, 0, "a", "Patient", "transaction", "batch", "PUT", "Patient/1", PATIENT]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["resourceType", "id", "meta", "type", "entry", "request", "method", "url", "resource", "name"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
BODIES = JSON.map(lambda value: json.dumps(value).encode()) | st.sampled_from(
    [b"", b"\xff\xfe", b"<Patient/>", b"[" * 20_000, b'{"resourceType":"Patient","id":' + b"9" * 5000 + b"}"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]), PATHS, QUERIES, HEADERS, BODIES)
def test_whatever_is_sent_is_answered_and_what_is_refused_is_told(method, path, query, headers, body):
    response = SERVER.send(method, path + query, headers=headers, content=body)
    assert response.status_code < 500, response.text
    if response.status_code >= 400 and method != "HEAD":
        told = response.content
        assert b"OperationOutcome" in told


def test_a_bundle_of_anything_is_answered_entry_by_entry():
    entries = [None, 1, [], {"request": []}, {"request": {"method": "GET", "url": "//"}}, {"request": {"url": "a"}}]
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": entries}
    answered = SERVER.post("", bundle).json()["entry"]
    assert [each["response"]["status"][:1] for each in answered] == ["4"] * 3 + ["4", "2", "4"]
    refused = SERVER.post("", {**bundle, "type": "transaction"})
    assert refused.status_code == 400
    assert len(refused.json()["issue"]) == 5


def test_many_at_once_are_all_answered():
    asked = [("GET", f"Patient?name={n}", {}) for n in range(100)]
    assert {each.status_code for each in asyncio.run(SERVER.send_all(asked))} == {200}


def test_labels_that_are_misshapen_are_refused(records):
    records.put("Patient/p", {"resourceType": "Patient", "id": "p"})
    rows = [{"name": "meta", "valueMeta": {"tag": [{"code": {"a": "b"}}]}}]
    answer = records.post("Patient/p/$meta-add", {"resourceType": "Parameters", "parameter": rows})
    assert answer.status_code == 400
