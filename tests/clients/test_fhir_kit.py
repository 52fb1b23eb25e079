"""https://github.com/Vermonster/fhir-kit-client"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.fhir_kit import FhirKit, Refused, fhir_kit, what_is_missing

pytestmark = pytest.mark.skipif(bool(what_is_missing()), reason=what_is_missing())
SYSTEM = "http://example.org/fhir-kit"


@pytest.fixture
def client(fhir_address: str) -> Iterator[FhirKit]:
    with fhir_kit(fhir_address) as made:
        yield made


def patient(number: str, **more: Any) -> dict[str, Any]:
    known = [{"system": SYSTEM, "value": number}]
    return {"resourceType": "Patient", "identifier": known, "name": [{"family": "李"}], "gender": "female", **more}


def observation(subject: str) -> dict[str, Any]:
    code = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}
    return {"resourceType": "Observation", "status": "final", "code": code, "subject": {"reference": subject}}


def by(number: str) -> str:
    return f"{SYSTEM}|{number}"


def create(client: FhirKit, number: str, **more: Any) -> Any:
    return client.ask("create", resourceType="Patient", body=patient(number, **more)).resource


def found(client: FhirKit, number: str) -> list[str]:
    bundle = client.ask("search", resourceType="Patient", searchParams={"identifier": by(number)}).resource
    return [each["resource"]["id"] for each in bundle.get("entry", ())]


def test_it_understands_what_the_server_says_that_it_can_do(client: FhirKit) -> None:
    statement = client.ask("capabilityStatement").resource
    assert statement["fhirVersion"] == "4.0.1"
    assert {each["code"] for each in statement["rest"][0]["interaction"]} >= {"transaction", "batch", "history-system"}


def test_what_it_creates_it_reads_in_each_version(client: FhirKit) -> None:
    came = client.ask("create", resourceType="Patient", body=patient("create"))
    one = {"resourceType": "Patient", "id": came.resource["id"]}
    assert (came.status, came.headers["etag"]) == (201, 'W/"1"')
    assert came.headers["location"].endswith(f"/Patient/{one['id']}/_history/1")
    changed = client.ask("update", **one, body={**came.resource, "gender": "male"})
    assert (changed.status, changed.resource["meta"]["versionId"]) == (200, "2")
    assert client.ask("read", **one).resource == changed.resource
    assert client.ask("vread", **one, version="1").resource == came.resource
    assert client.ask("resolve", reference=f"Patient/{one['id']}").resource == changed.resource


def test_what_it_deletes_is_gone_and_its_history_stays(client: FhirKit) -> None:
    one = {"resourceType": "Patient", "id": create(client, "delete")["id"]}
    assert client.ask("delete", **one).status in (200, 204)
    with pytest.raises(Refused) as gone:
        client.ask("read", **one)
    assert gone.value.status == 410
    history = client.ask("history", **one).resource
    assert [each["request"]["method"] for each in history["entry"]] == ["DELETE", "POST"]
    assert client.ask("history", resourceType="Patient").resource["type"] == "history"
    assert client.ask("history").resource["type"] == "history"


def test_what_is_refused_it_tells_as_an_operation_outcome(client: FhirKit) -> None:
    with pytest.raises(Refused) as refused:
        create(client, "faulty", gender="girl")
    assert (refused.value.status, refused.value.outcome["resourceType"]) == (422, "OperationOutcome")
    errors = [each for each in refused.value.outcome["issue"] if each["severity"] == "error"]
    assert [each["expression"] for each in errors] == [["Patient.gender"]]
    with pytest.raises(Refused) as unknown:
        client.ask("search", resourceType="Patient", searchParams={"nam": "x"})
    assert (unknown.value.status, unknown.value.outcome["resourceType"]) == (400, "OperationOutcome")


@pytest.mark.parametrize("options", [{}, {"postSearch": True}], ids=["by GET", "by POST"])
def test_it_searches_and_goes_from_page_to_page(client: FhirKit, options: dict[str, bool]) -> None:
    name = f"page-{len(options)}"
    born = [f"19{year}-02-03" for year in range(60, 65)]
    for day in born:
        create(client, f"{name}-{day}", birthDate=day)
    asked = {"identifier": ",".join(by(f"{name}-{day}") for day in born), "_sort": "-birthdate", "_count": 2}
    page = client.ask("search", resourceType="Patient", searchParams=asked, options=options).resource
    pages = []
    while page is not None:
        pages.append([each["resource"]["birthDate"] for each in page["entry"]])
        page = client.ask("nextPage", bundle=page).resource
    assert pages == [born[:2:-1], born[2:0:-1], born[:1]]


def test_there_is_no_page_before_the_first(client: FhirKit) -> None:
    page = client.ask("search", resourceType="Patient", searchParams={"identifier": by("nobody")}).resource
    assert client.ask("prevPage", bundle=page).resource is None


def test_it_finds_what_belongs_to_a_patient(client: FhirKit) -> None:
    created = create(client, "compartment")
    body = observation(f"Patient/{created['id']}")
    measured = client.ask("create", resourceType="Observation", body=body).resource
    compartment = {"resourceType": "Patient", "id": created["id"]}
    for more in ({}, {"searchParams": {"code": "718-7"}}, {"options": {"postSearch": True}}):
        bundle = client.ask("search", resourceType="Observation", compartment=compartment, **more).resource
        assert [each["resource"]["id"] for each in bundle["entry"]] == [measured["id"]]
    included = {"subject": f"Patient/{created['id']}", "_include": "Observation:subject"}
    bundle = client.ask("search", resourceType="Observation", searchParams=included).resource
    assert [each["search"]["mode"] for each in bundle["entry"]] == ["match", "include"]


def test_it_patches_with_json_patch(client: FhirKit) -> None:
    created = create(client, "patch", birthDate="1960-02-03")
    changes = [{"op": "replace", "path": "/gender", "value": "male"}, {"op": "remove", "path": "/birthDate"}]
    patched = client.ask("patch", resourceType="Patient", id=created["id"], jsonPatch=changes).resource
    assert (patched["gender"], patched.get("birthDate"), patched["name"]) == ("male", None, created["name"])
    with pytest.raises(Refused) as refused:
        client.ask("patch", resourceType="Patient", id=created["id"], jsonPatch=[{**changes[0], "op": "swap"}])
    assert refused.value.outcome["resourceType"] == "OperationOutcome"


def test_it_writes_on_conditions(client: FhirKit) -> None:
    careful = {"headers": {"If-None-Exist": f"identifier={by('condition')}"}}
    asked = {"resourceType": "Patient", "body": patient("condition"), "options": careful}
    first, second = client.ask("create", **asked), client.ask("create", **asked)
    assert ([first.status, second.status], second.resource) == ([201, 200], first.resource)
    changed = patient("condition", gender="male")
    criteria = {"identifier": by("condition")}
    updated = client.ask("update", resourceType="Patient", searchParams=criteria, body=changed)
    assert (updated.status, updated.resource["id"]) == (200, first.resource["id"])
    one = {"resourceType": "Patient", "id": first.resource["id"], "body": patient("condition", id=first.resource["id"])}
    with pytest.raises(Refused) as refused:
        client.ask("update", **one, options={"headers": {"If-Match": 'W/"1"'}})
    assert refused.value.status == 412
    client.ask("request", f"Patient?identifier={by('condition')}", method="DELETE")
    assert found(client, "condition") == []


def test_its_batch_is_answered_entry_by_entry_and_its_transaction_as_a_whole(client: FhirKit) -> None:
    place = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"
    post = {"method": "POST", "url": "Patient"}
    entries = [
        {"resource": observation(place), "request": {"method": "POST", "url": "Observation"}},
        {"fullUrl": place, "resource": patient("bundle"), "request": post},
    ]
    faulty = {"resource": patient("bundle", gender="girl"), "request": post}
    bundle = {"resourceType": "Bundle", "type": "transaction"}
    with pytest.raises(Refused):
        client.ask("transaction", body={**bundle, "entry": [*entries, faulty]})
    assert found(client, "bundle") == []
    came = client.ask("transaction", body={**bundle, "entry": entries}).resource
    assert [each["response"]["status"][:3] for each in came["entry"]] == ["201", "201"]
    (written,) = found(client, "bundle")
    subject = {"subject": f"Patient/{written}"}
    assert len(client.ask("search", resourceType="Observation", searchParams=subject).resource["entry"]) == 1
    read = {"request": {"method": "GET", "url": f"Patient/{written}"}}
    came = client.ask("batch", body={**bundle, "type": "batch", "entry": [read, faulty]}).resource
    assert [each["response"]["status"][:3] for each in came["entry"]] == ["200", "422"]


def test_it_runs_operations_of_the_server_a_type_and_a_resource(client: FhirKit) -> None:
    created = create(client, "operation")
    kind = {"resourceType": "Patient"}
    everything = client.ask("operation", name="everything", method="GET", **kind, id=created["id"]).resource
    assert [each["resource"]["id"] for each in everything["entry"]] == [created["id"]]
    sent = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": patient("v", gender="girl")}]}
    outcome = client.ask("operation", name="$validate", **kind, input=sent).resource
    assert "error" in {each["severity"] for each in outcome["issue"]}
    code = {"system": "http://hl7.org/fhir/administrative-gender", "code": "male"}
    told = client.ask("operation", name="lookup", resourceType="CodeSystem", method="GET", input=code).resource
    assert told["resourceType"] == "Parameters"
    assert client.ask("operation", name="meta", method="GET").resource["resourceType"] == "Parameters"
