"""https://github.com/beda-software/fhir-py"""

from __future__ import annotations

from typing import Any

import pytest
import requests
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import (
    AuthorizationError,
    ForbiddenError,
    MultipleResourcesFound,
    OperationOutcome,
    ResourceNotFound,
)

SYSTEM = "http://example.org/fhirpy"


@pytest.fixture
def client(fhir_address: str) -> SyncFHIRClient:
    return SyncFHIRClient(fhir_address)


def patient(client: SyncFHIRClient, number: str, **more: Any) -> Any:
    name = [{"family": "李", "given": ["明"]}]
    return client.resource("Patient", identifier=[identifier(number)], name=name, gender="female", **more)


def identifier(number: str) -> dict[str, str]:
    return {"system": SYSTEM, "value": number}


def by(number: str) -> str:
    return f"{SYSTEM}|{number}"


def test_what_it_creates_it_reads_and_updates(client: SyncFHIRClient) -> None:
    created = patient(client, "create").save()
    assert created["meta"]["versionId"] == "1"
    read = client.reference("Patient", created.id).to_resource()
    assert read.serialize() == created.serialize()
    read["gender"] = "male"
    updated = read.save()
    assert (updated["gender"], updated["meta"]["versionId"]) == ("male", "2")
    assert created.refresh()["gender"] == "male"
    assert created.refresh()["gender"] == "male", "where nothing changed it keeps what it has"


def test_what_it_deletes_is_gone(client: SyncFHIRClient) -> None:
    created = patient(client, "delete").save()
    created.delete()
    with pytest.raises(ResourceNotFound):
        client.get("Patient", created.id)


def test_a_faulty_resource_is_refused_with_the_reason(client: SyncFHIRClient) -> None:
    faulty = patient(client, "faulty")
    faulty["gender"] = "girl"
    assert not faulty.is_valid()
    with pytest.raises(OperationOutcome) as refused:
        faulty.save()
    issues = refused.value.resource["issue"]
    assert [each["expression"] for each in issues if each["severity"] == "error"] == [["Patient.gender"]]


def test_it_searches_and_goes_from_page_to_page(client: SyncFHIRClient) -> None:
    born = [f"19{year}-02-03" for year in range(60, 67)]
    for number, day in enumerate(born):
        patient(client, f"page-{number}", birthDate=day).save()
    among = ",".join(by(f"page-{number}") for number in range(len(born)))
    some = client.resources("Patient").search(identifier=among, birthdate__ge="1961").sort("-birthdate")
    assert [each["birthDate"] for each in some.limit(2).fetch_all()] == born[:0:-1]
    assert [each["birthDate"] for each in some.limit(2).fetch()] == born[:-3:-1]
    assert some.count() == len(born) - 1
    assert some.first()["birthDate"] == born[-1]
    assert client.resources("Patient").search(identifier=by("page-3")).get()["birthDate"] == born[3]


def test_it_includes_what_is_referred_to(client: SyncFHIRClient) -> None:
    created = patient(client, "include").save()
    code = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}
    client.resource("Observation", status="final", code=code, subject=created.to_reference()).save()
    found = client.resources("Observation").search(subject=created.to_reference()).include("Observation", "subject")
    assert {each["resource"]["resourceType"] for each in found.fetch_raw()["entry"]} == {"Observation", "Patient"}
    having = client.resources("Patient").has("Observation", "subject", code="718-7").search(identifier=by("include"))
    assert [each.id for each in having.fetch_all()] == [created.id]


def test_its_patch_merges(client: SyncFHIRClient) -> None:
    created = patient(client, "patch", birthDate="1960-02-03").save()
    patched = client.patch("Patient", created.id, gender="male", birthDate=None)
    assert patched["gender"] == "male"
    assert "birthDate" not in patched
    assert patched["name"] == created["name"]
    assert client.resources("Patient").search(identifier=by("patch")).patch(gender="other")["gender"] == "other"


def test_it_creates_on_a_condition(client: SyncFHIRClient, fhir_address: str) -> None:
    careful = SyncFHIRClient(fhir_address, extra_headers={"If-None-Exist": f"identifier={by('condition')}"})
    first, second = (patient(careful, "condition").save() for _ in range(2))
    assert first.id == second.id
    assert client.resources("Patient").search(identifier=by("condition")).count() == 1


def test_it_gets_or_creates(client: SyncFHIRClient) -> None:
    """Its criteria stand in the address, where others send If-None-Exist."""
    one = client.resources("Patient").search(identifier=by("get"))
    created, is_new = one.get_or_create(patient(client, "get"))
    assert is_new
    got, is_new = one.get_or_create(patient(client, "get", birthDate="1960-02-03"))
    assert not is_new
    assert got.serialize() == created.serialize()
    patient(client, "get").save()
    with pytest.raises(MultipleResourcesFound):
        one.get_or_create(patient(client, "get"))
    own = patient(client, "create-by").create(identifier=by("create-by"))
    assert patient(client, "create-by").create(identifier=by("create-by")).id == own.id


def test_it_deletes_what_criteria_meet(client: SyncFHIRClient) -> None:
    created = patient(client, "delete-by").save()
    _, status = client.resources("Patient").search(identifier=by("delete-by")).delete()
    assert status in (200, 204)
    with pytest.raises(ResourceNotFound):
        created.to_reference().to_resource()


def test_it_asks_for_elements_and_runs_operations(client: SyncFHIRClient) -> None:
    created = patient(client, "elements", birthDate="1960-02-03").save()
    found = client.resources("Patient").search(identifier=by("elements")).elements("gender").get()
    assert (found["gender"], found.get("birthDate")) == ("female", None)
    everything = created.execute("$everything", method="get")
    assert [each["resource"]["id"] for each in everything["entry"]] == [created.id]


def test_it_updates_on_a_condition(client: SyncFHIRClient) -> None:
    one = client.resources("Patient").search(identifier=by("update"))
    created, is_new = one.update(patient(client, "update"))
    assert is_new
    updated, is_new = one.update(patient(client, "update", birthDate="1960-02-03"))
    assert not is_new
    assert (updated.id, updated["birthDate"]) == (created.id, "1960-02-03")


def test_its_transaction_is_carried_out_as_a_whole(client: SyncFHIRClient) -> None:
    place = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"
    code = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}
    observation = {"resourceType": "Observation", "status": "final", "code": code, "subject": {"reference": place}}
    entries = [
        {"resource": observation, "request": {"method": "POST", "url": "Observation"}},
        {"fullUrl": place, "resource": patient(client, "bundle"), "request": {"method": "POST", "url": "Patient"}},
    ]
    sent = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    came = client.execute("", data=sent)
    assert [each["response"]["status"][:3] for each in came["entry"]] == ["201", "201"]
    written = client.resources("Patient").search(identifier=by("bundle")).get()
    assert client.resources("Observation").search(subject=written.to_reference()).count() == 1
    faulty = {"resource": {"resourceType": "Patient", "gender": "girl"}, "request": entries[1]["request"]}
    with pytest.raises(OperationOutcome):
        client.execute("", data={**sent, "entry": [*entries, faulty]})
    assert client.resources("Patient").search(identifier=by("bundle")).count() == 1


def test_a_token_for_its_secret_lets_it_do_what_it_was_registered_for(guarded: tuple[str, str]) -> None:
    address, secret = guarded
    with pytest.raises(AuthorizationError):
        SyncFHIRClient(address).resources("Patient").fetch()
    ways = requests.get(f"{address}/.well-known/smart-configuration", timeout=20).json()
    asked = {"grant_type": "client_credentials"}
    given = requests.post(ways["token_endpoint"], data=asked, auth=("his-1", secret), timeout=20).json()
    client = SyncFHIRClient(address, authorization=f"Bearer {given['access_token']}")
    created = patient(client, "token").save()
    assert [each.id for each in client.resources("Patient").fetch_all()] == [created.id]
    with pytest.raises(ForbiddenError):
        created.delete()
    with pytest.raises(ForbiddenError):
        client.resources("Observation").fetch()
