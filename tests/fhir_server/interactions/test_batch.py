from __future__ import annotations

from tests.fhir_server.world import SEX, Server, parameters, told


def batch(*entries):
    return {"resourceType": "Bundle", "type": "batch", "entry": list(entries)}


def entry(method, url, resource=None):
    made = {"request": {"method": method, "url": url}}
    return {**made, "resource": resource} if resource else made


def test_each_entry_is_answered_on_its_own_and_in_order(server):
    asked = parameters(system=("valueUri", SEX["url"]), code=("valueCode", "2"))
    response = server.post(
        "",
        batch(
            entry("GET", f"CodeSystem/$lookup?system={SEX['url']}&code=1"),
            entry("POST", "CodeSystem/$lookup", asked),
            entry("GET", "CodeSystem/$lookup?code=9"),
            entry("GET", "http://localhost/fhir/CodeSystem?name=Sex&_summary=count"),
            entry("DELETE", "CodeSystem/sex"),
            entry("GET", "Nothing"),
        ),
    )
    bundle = response.json()
    assert bundle["type"] == "batch-response"
    statuses = [each["response"]["status"] for each in bundle["entry"]]
    assert statuses == ["200 OK", "200 OK", "404 Not Found", "200 OK", "405 Method Not Allowed", "404 Not Found"]
    assert bundle["entry"][1]["resource"]["parameter"][1]["valueString"] == "女"
    assert bundle["entry"][2]["response"]["outcome"]["resourceType"] == "OperationOutcome"
    assert bundle["entry"][3]["resource"]["total"] == 2


def test_an_entry_that_asks_nothing_is_told_so(server):
    bundle = server.post("", batch({}, entry("LOOK", "a"), entry("POST", ""))).json()
    texts = [each["response"]["outcome"]["issue"][0]["details"]["text"] for each in bundle["entry"]]
    assert texts == [
        "Bundle.entry[0].request has no url; expected one such as 'Patient/1' or 'CodeSystem/$lookup?code=a'",
        "Bundle.entry[1].request.method is 'LOOK'; expected one of GET, HEAD, POST, PUT, PATCH, DELETE",
        "A batch within a batch is not answered",
    ]


def test_what_is_no_batch_is_refused(server):
    assert told(server.post("", SEX)) == "400 invalid: The body is a CodeSystem; expected a Bundle of type batch"
    transaction = {"resourceType": "Bundle", "type": "transaction"}
    assert (
        told(server.post("", transaction)) == "422 not-supported: The Bundle is of type 'transaction'; expected batch"
    )
    small = Server(bundle_entries=2)
    assert told(small.post("", batch({}, {}, {}))) == (
        "422 too-costly: The Bundle has 3 entries; at most 2 are answered"
    )
