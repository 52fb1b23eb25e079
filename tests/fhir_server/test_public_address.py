from __future__ import annotations

import pytest

from fhir_kernel.errors import SettingsError
from fhir_kernel.settings import Settings
from fhir_server.public_address import public_address
from tests.fhir_server.records_world import PATIENT, Records

PUBLIC = "https://public.example.org/records"


@pytest.fixture
def server():
    made = Records(public_address=PUBLIC + "/")
    made.put("Patient/a", {**PATIENT, "id": "a"})
    made.put("Patient/b", {**PATIENT, "id": "b"})
    return made


def test_all_addresses_are_below_the_public_one_whoever_is_asked_by_whatever_name(server):
    named = {"host": "10.0.0.1:8080", "x-forwarded-host": "evil.example.org", "forwarded": "host=evil.example.org"}
    page = server.get("Patient?_count=1", headers=named).json()
    history = server.get("Patient/a/_history", headers=named).json()
    created = server.create(PATIENT, **named)
    statement = server.get("metadata", headers=named).json()
    found = [
        *(each["url"] for each in page["link"] + history["link"]),
        *(each["fullUrl"] for each in page["entry"] + history["entry"]),
        created.headers["location"],
        statement["implementation"]["url"] + "/",
    ]
    assert len(page["link"]) == 2
    assert all(each.startswith(f"{PUBLIC}/fhir/") for each in found)
    assert "evil" not in str((page, history, statement, created.headers))


def test_the_next_page_is_asked_for_where_the_proxy_leads(server):
    page = server.get("Patient?_count=1").json()
    following = next(each["url"] for each in page["link"] if each["relation"] == "next")
    assert server.get(following.removeprefix(f"{PUBLIC}/fhir/")).json()["entry"][0]["resource"]["id"] == "b"


def test_the_entries_of_a_bundle_may_be_named_by_the_public_address(server):
    entry = {"request": {"method": "GET", "url": f"{PUBLIC}/fhir/Patient/a"}}
    bundle = {"resourceType": "Bundle", "type": "batch", "entry": [entry]}
    assert server.post("", bundle).json()["entry"][0]["response"]["status"] == "200 OK"


def test_without_one_addresses_are_those_that_requests_name():
    server = Records()
    server.put("Patient/a", {**PATIENT, "id": "a"})
    page = server.get("Patient", headers={"host": "ward.example.org"}).json()
    assert page["entry"][0]["fullUrl"] == "http://ward.example.org/fhir/Patient/a"


@pytest.mark.parametrize(
    "wrong", ["records.example.org", "ftp://example.org", "https://", "https://example.org/fhir", "https://a.org/?x=1"]
)
def test_what_is_no_address_of_the_server_is_told_at_the_start(wrong):
    with pytest.raises(SettingsError, match=r"public_address is .*expected an address such as https://"):
        public_address(Settings(public_address=wrong))
