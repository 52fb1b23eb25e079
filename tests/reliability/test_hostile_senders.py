"""Bodies and queries that are meant to hurt: each is refused with an OperationOutcome, and the server goes on."""

from __future__ import annotations

import http.client
import itertools
import json
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

PATIENT = b'{"resourceType":"Patient"}'
BLOCK = b" " * 1_000_000
XML_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE Patient [<!ENTITY a "'
    + b"x" * 1000
    + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 100) for at in range(8))
    + b']><Patient xmlns="http://hl7.org/fhir"><id value="&i;"/></Patient>'
)
XML_FILE = (
    b'<!DOCTYPE Patient [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<Patient xmlns="http://hl7.org/fhir"><language value="&a;"/></Patient>'
)


def _outcome(content):
    resource = json.loads(content)
    assert resource["resourceType"] == "OperationOutcome"
    assert all(each["details"]["text"] for each in resource["issue"])
    return resource


@pytest.fixture
def client(server):
    """One who asks, and who is answered as usual afterwards."""
    with server.client() as made:
        yield made
    with server.client() as other:
        assert other.post("Patient", content=PATIENT, headers={"content-type": "application/json"}).status_code == 201


def _refused(response, *statuses):
    assert response.status_code in statuses, response.text[:500]
    assert len(response.content) < 100_000 + len(response.request.content)
    return _outcome(response.content)


def _upload(server, megabytes, headers):
    """What is answered while so many megabytes are sent, as much of them as the server takes."""
    address = urlsplit(server.base)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    connection.putrequest("POST", address.path + "/Patient")
    for name, value in {"Content-Type": "application/fhir+json", **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    chunked = "Transfer-Encoding" in headers
    with suppress(BrokenPipeError, ConnectionResetError):
        for block in itertools.repeat(BLOCK, megabytes):
            connection.send(b"%x\r\n%s\r\n" % (len(block), block) if chunked else block)
        if chunked:
            connection.send(b"0\r\n\r\n")
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, content


def _most_memory(server):
    """The most bytes that any of its processes has ever held."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    lines = [Path(f"/proc/{each}/status").read_text() for each in children]
    return max(int(text.partition("VmHWM:")[2].split()[0]) * 1024 for text in lines)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("headers", [{"Content-Length": "200000000"}, {"Transfer-Encoding": "chunked"}])
def test_a_body_of_200_megabytes_is_refused_without_being_held(server, client, headers):
    client.get("metadata")
    before = _most_memory(server)
    status, content = _upload(server, 200, headers)
    assert status == 413
    assert _outcome(content)["issue"][0]["code"] == "too-long"
    assert _most_memory(server) - before < 150_000_000


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/fhir+json", b'{"resourceType":"Patient","a":' + b"[" * 10_000 + b"]" * 10_000 + b"}"),
        ("application/fhir+json", b'{"resourceType":"Patient","contained":[' * 10_000),
        ("application/json-patch+json", b"[" * 10_000 + b"]" * 10_000),
        ("application/fhir+json", b'{"resourceType":"Patient","name":[{"family":"\xc0\xee"}]}'),
        ("application/fhir+json; charset=gb18030", '{"resourceType":"Patient","language":"李"}'.encode("gb18030")),
        ("application/fhir+json", '{"resourceType":"Patient"}'.encode("utf-16")),
        ("application/fhir+json", b'{"resourceType":"Patient","multipleBirthInteger":' + b"9" * 1_000_000 + b"}"),
        ("application/fhir+json", b'{"resourceType":"Patient","multipleBirthInteger":1e999999999}'),
        ("application/fhir+xml", XML_BOMB),
        ("application/fhir+xml", XML_FILE),
        ("application/fhir+xml", b"<a>" * 10_000 + b"</a>" * 10_000),
        ("application/fhir+xml; charset=latin1", b'<?xml version="1.0" encoding="x-none"?><Patient/>'),
        ("application/xml-patch+xml", XML_BOMB),
    ],
)
def test_a_hostile_body_is_refused(client, content_type, body):
    client.put("Patient/victim", json={"resourceType": "Patient", "id": "victim"})
    is_patch = "patch" in content_type
    method, path = ("PATCH", "Patient/victim") if is_patch else ("POST", "Patient")
    _refused(client.request(method, path, content=body, headers={"content-type": content_type}), 400, 413, 415, 422)


NESTED = "(" * 10_000 + "gender eq male" + ")" * 10_000


@pytest.mark.parametrize(
    "query",
    [
        {"_filter": NESTED},
        {"_filter": "not (" * 500 + "gender eq male" + ")" * 500},
        {"_filter": "a[" * 1_000},
        {"_filter": 'family eq "' + "\\" * 3_001},
        {"_filter": 'family eq "never ends'},
        {"_filter": 'family eq "' + "\\" * 3_000 + "x"},
        {"_filter": "gender eq male or " * 200},
        {"_filter": "family re (a+)+$"},
        {"_count": "9" * 5_000},
        {"_sort": ",".join(["birthdate"] * 5_000)},
        {"general-practitioner" + ":Practitioner.x" * 3_000: "a"},
        {"_has:Observation:subject" * 100 + ":code": "a"},
        {"birthdate": "9" * 10_000},
        {"_include:iterate": "*:*:" * 10_000},
    ],
)
def test_a_hostile_search_is_refused(client, query):
    _refused(client.post("Patient/_search", data=query), 400, 413, 422)


def test_a_page_of_a_billion_is_answered_as_the_greatest_page_or_refused(client):
    for path in ("Patient", "Patient/_history", "_history", "Patient/victim/$everything"):
        client.put("Patient/victim", json={"resourceType": "Patient", "id": "victim"})
        response = client.get(path, params={"_count": "1000000000"})
        if response.status_code != 200:
            _refused(response, 400)


def test_a_thousand_tokens_joined_by_or_are_looked_for(client):
    wanted = {"resourceType": "Patient", "id": "wanted", "identifier": [{"system": "urn:example:many", "value": "777"}]}
    client.put("Patient/wanted", json=wanted)
    tokens = ",".join(f"urn:example:many|{number}" for number in range(1_000))
    found = client.post("Patient/_search", data={"identifier": tokens}).json()
    assert [each["resource"]["id"] for each in found["entry"]] == ["wanted"]
    _refused(client.post("Patient/_search", data={"identifier": ",".join(map(str, range(5_000)))}), 400)


@pytest.mark.parametrize(
    "expression",
    [
        f"'{'a' * 3_000}!'.matches('(a+)+$')",
        f"'{'a' * 3_000}!'.replaceMatches('(a|aa)+$', 'b')",
        "'a'.matches('(((((((((a{1,99}){1,99}){1,99}){1,99}){1,99}){1,99}){1,99})')",
        "(1 | 2 | 3 | 4).repeat($this + 1)",
        "iif(" * 900,
        "(" * 3_000 + "1" + ")" * 3_000,
        "-" * 3_900 + "1",
        "name" + ".name" * 5_000,
        "'never ends",
        "`never ends",
        "/* never ends",
    ],
)
def test_a_hostile_expression_is_refused(client, expression):
    rows = [
        {"name": "expression", "valueString": expression},
        {"name": "resource", "resource": {"resourceType": "Patient", "gender": "male"}},
    ]
    response = client.post("$fhirpath", json={"resourceType": "Parameters", "parameter": rows})
    _refused(response, 400, 413, 422, 503)
