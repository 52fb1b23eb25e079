from __future__ import annotations

import base64
import secrets

from tests.fhir_server.records_world import PATIENT, Records

PAGE = b"<html><script>alert(document.domain)</script></html>"
FHIR = {"accept": "application/fhir+json"}


def sent(records: Records, body: bytes, kind: str | None, method: str = "POST", path: str = "Binary", **more: str):
    headers = ({"content-type": kind} if kind else {}) | {name.replace("_", "-"): text for name, text in more.items()}
    return records.send(method, path, content=body, headers={**FHIR, **headers})


def test_content_of_any_type_becomes_a_binary(judged: Records):
    answer = sent(judged, b"%PDF-1.7 \x00\xff", "application/pdf", x_security_context="Patient/1")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["contentType"] == "application/pdf"
    assert made["securityContext"] == {"reference": "Patient/1"}
    assert base64.b64decode(made["data"]) == b"%PDF-1.7 \x00\xff"


def test_a_read_gives_the_content_unless_it_asks_for_the_resource(judged: Records):
    path = f"Binary/{sent(judged, PAGE, 'text/html; charset=utf-8', x_security_context='Patient/1').json()['id']}"
    for accept in ("*/*", "text/html", "image/png", "application/json"):
        answer = judged.get(path, headers={"accept": accept})
        assert (answer.status_code, answer.content) == (200, PAGE), accept
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.headers["x-security-context"] == "Patient/1"
    assert judged.get(f"{path}/_history/1").content == PAGE
    assert judged.get(path, headers=FHIR).json()["contentType"] == "text/html; charset=utf-8"
    assert judged.get(f"{path}?_format=json").json()["resourceType"] == "Binary"
    assert b"<Binary" in judged.get(path, headers={"accept": "application/fhir+xml"}).content


def test_content_cannot_run_in_the_name_of_the_server(judged: Records):
    answer = judged.get(f"Binary/{sent(judged, PAGE, 'text/html').json()['id']}")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == "attachment"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_content_is_read_under_conditions_like_everything(judged: Records):
    path = f"Binary/{sent(judged, PAGE, 'text/html').json()['id']}"
    whole = judged.get(path)
    assert whole.headers["etag"] == 'W/"1"'
    assert judged.get(path, headers={"if-none-match": 'W/"1"'}).status_code == 304
    head = judged.send("HEAD", path)
    assert head.content == b""
    assert head.headers["content-length"] == str(len(PAGE))
    assert sent(judged, b"two", "text/plain", "PUT", path, if_match='W/"9"').status_code == 412
    assert sent(judged, b"two", "text/plain", "PUT", path, if_match='W/"1"').status_code == 200
    assert judged.get(path).content == b"two"
    assert judged.get(f"{path}/_history/1").content == PAGE
    assert judged.delete(path).status_code == 204
    assert judged.get(path, headers={"accept": "image/png"}).status_code == 410


def test_a_binary_is_taken_as_the_resource_that_it_is(judged: Records):
    data = base64.b64encode(b"abc").decode()
    assert judged.create({"resourceType": "Binary", "contentType": "text/plain", "data": data}).status_code == 201
    text = f'<Binary xmlns="http://hl7.org/fhir"><contentType value="text/plain"/><data value="{data}"/></Binary>'
    for kind in ("application/fhir+xml", "application/xml", None):
        made = sent(judged, text.encode(), kind).json()
        assert made["data"] == data, kind


def test_another_resource_of_fhir_is_content(judged: Records):
    made = judged.send("POST", "Binary", json=PATIENT, headers={**FHIR, "content-type": "application/fhir+json"}).json()
    assert (made["resourceType"], made["contentType"]) == ("Binary", "application/fhir+json")
    assert judged.get(f"Binary/{made['id']}").json() == PATIENT


def test_content_that_is_no_resource_is_content(judged: Records):
    assert judged.get(f"Binary/{sent(judged, b'[1, 2]', 'application/json').json()['id']}").json() == [1, 2]
    answer = judged.get(f"Binary/{sent(judged, bytes([1, 2]), None).json()['id']}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert sent(judged, b"{broken", "application/fhir+json").status_code == 400
    assert sent(judged, b"", "text/plain").status_code == 400


def test_content_is_judged_as_every_resource_is(judged: Records):
    answer = sent(judged, b"abc", "no media type at all")
    assert answer.status_code == 422, answer.text
    assert "contentType" in answer.text


def test_a_content_type_that_no_header_can_hold_is_sent_as_mere_bytes():
    records = Records()
    made = {"resourceType": "Binary", "id": "x", "contentType": "text/html\r\nset-cookie: a=b", "data": "YQ=="}
    assert records.put("Binary/x", made).status_code == 201
    answer = records.get("Binary/x")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert "set-cookie" not in answer.headers


def test_within_a_bundle_a_binary_is_a_resource(judged: Records):
    path = f"Binary/{sent(judged, PAGE, 'text/html').json()['id']}"
    entry = {"request": {"method": "GET", "url": path}}
    answer = judged.post("", {"resourceType": "Bundle", "type": "batch", "entry": [entry]})
    assert answer.json()["entry"][0]["resource"]["contentType"] == "text/html"


def test_content_beyond_what_the_store_keeps_is_refused_with_the_reason(judged: Records):
    answer = sent(judged, secrets.token_bytes(14_000_000), "application/pdf", prefer="return=minimal")
    if answer.status_code != 201:
        assert answer.status_code == 422
        assert "16 MB" in answer.json()["issue"][0]["details"]["text"]
    assert sent(judged, bytes(20_000_001), "application/pdf").status_code == 413
