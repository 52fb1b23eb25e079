"""https://github.com/smart-on-fhir/client-py"""

from __future__ import annotations

from typing import Any

import pytest
import requests
from fhirclient.client import FHIRClient
from fhirclient.models.bundle import Bundle
from fhirclient.models.observation import Observation
from fhirclient.models.patient import Patient
from fhirclient.server import FHIRNotFoundException, FHIRServer

SYSTEM = "http://example.org/fhirclient"


@pytest.fixture
def server(fhir_address: str) -> FHIRServer:
    return FHIRClient({"app_id": "test", "api_base": fhir_address}).server


def patient(number: str, **more: Any) -> Patient:
    known = [{"system": SYSTEM, "value": number}]
    return Patient({"identifier": known, "name": [{"family": "李"}], "gender": "female", **more})


def observation(subject: str) -> dict[str, Any]:
    code = {"coding": [{"system": "http://loinc.org", "code": "718-7"}]}
    quantity = {"value": 132.5, "unit": "g/L"}
    known = {"status": "final", "code": code, "subject": {"reference": subject}, "valueQuantity": quantity}
    return {"resourceType": "Observation", **known}


def found(server: FHIRServer, number: str) -> list[Patient]:
    return list(Patient.where({"identifier": f"{SYSTEM}|{number}"}).perform_resources_iter(server))


def test_it_understands_what_the_server_says_that_it_can_do(server: FHIRServer) -> None:
    assert server.capabilityStatement.fhirVersion == "4.0.1"
    assert server.prepare()


def test_what_it_creates_it_reads_updates_and_deletes(server: FHIRServer) -> None:
    created = Patient(patient("create").create(server))
    read = Patient.read(created.id, server)
    assert read.as_json() == created.as_json()
    read.gender = "male"
    assert read.update()["meta"]["versionId"] == "2"
    assert Patient.read(created.id, server).gender == "male"
    read.delete()
    assert found(server, "create") == []
    with pytest.raises(requests.HTTPError, match="410"):
        Patient.read(created.id, server)
    with pytest.raises(FHIRNotFoundException):
        Patient.read("nobody", server)


def test_it_searches_and_goes_from_page_to_page(server: FHIRServer) -> None:
    born = [f"19{year}-02-03" for year in range(60, 67)]
    for number, day in enumerate(born):
        patient(f"page-{number}", birthDate=day).create(server)
    known = {"$or": [f"{SYSTEM}|page-{number}" for number in range(len(born))]}
    search = Patient.where({"identifier": known, "birthdate": "ge1961", "_sort": "-birthdate", "_count": "2"})
    pages = list(search.perform_iter(server))
    assert [len(each.entry) for each in pages] == [2, 2, 2]
    days = [entry.resource.birthDate.isostring for each in pages for entry in each.entry]
    assert days == born[:0:-1]


def test_it_includes_what_is_referred_to(server: FHIRServer) -> None:
    created = Patient(patient("include").create(server))
    Observation(observation(f"Patient/{created.id}")).create(server)
    search = Observation.where({"subject": f"Patient/{created.id}"}).include("subject")
    (measured, subject) = search.perform_resources_iter(server)
    assert measured.valueQuantity.value == 132.5
    assert subject.as_json() == created.as_json()


def test_its_session_patches_and_writes_on_conditions(server: FHIRServer) -> None:
    """What its models have no method for it sends by its own session."""
    one, condition = server.base_uri + "Patient", f"identifier={SYSTEM}|condition"
    answers = [
        server.session.post(one, json=patient("condition").as_json(), headers={"If-None-Exist": condition})
        for _ in range(2)
    ]
    assert [each.status_code for each in answers] == [201, 200]
    changed = patient("condition", birthDate="1960-02-03").as_json()
    assert server.session.put(f"{one}?{condition}", json=changed).status_code == 200
    (read,) = found(server, "condition")
    assert read.birthDate.isostring == "1960-02-03"
    operations = [{"op": "replace", "path": "/gender", "value": "male"}]
    headers = {"Content-Type": "application/json-patch+json"}
    patched = server.session.patch(f"{one}/{read.id}", json=operations, headers=headers).json()
    assert Patient(patched).gender == "male"


def test_its_transaction_is_carried_out_as_a_whole(server: FHIRServer) -> None:
    place = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"
    entries = [
        {"resource": observation(place), "request": {"method": "POST", "url": "Observation"}},
        {
            "fullUrl": place,
            "resource": patient("bundle").as_json(),
            "request": {"method": "PUT", "url": f"Patient?identifier={SYSTEM}|bundle"},
        },
    ]
    sent = Bundle({"type": "transaction", "entry": entries})
    came = Bundle(sent.create(server))
    assert [each.response.status[:3] for each in came.entry] == ["201", "201"]
    (written,) = found(server, "bundle")
    (measured,) = Observation.where({"subject": f"Patient/{written.id}"}).perform_resources_iter(server)
    assert measured.subject.reference == f"Patient/{written.id}"
    assert [each.response.status[:3] for each in Bundle(sent.create(server)).entry] == ["201", "200"]
