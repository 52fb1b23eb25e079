from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from fhir_server.identity.organisations import Client, Organisation, Product
from fhir_server.identity.register import (
    NotRegistered,
    add_client,
    add_organisation,
    add_product,
    change_client,
    clients,
    criteria_checker,
    organisations,
    products,
)
from fhir_server.identity.secrets import SecretHasher, new_secret
from tests.fhir_server.identity.service_world import START
from tests.fhir_server.records_world import search_index

CLIENT = Client("c-2", "", "hospital-1", "system/Patient.rs", "hash", START)


def test_what_is_registered_comes_back(service):
    hospital = Organisation("h-2", "医院", "institution", "914403001922038216", "310115", "tertiary-a")
    client = replace(CLIENT, product="his", product_version="3.1")
    service.run(add_organisation(service.store, hospital))
    service.run(add_client(service.store, client))
    assert hospital in service.run(organisations(service.store))
    assert client in service.run(clients(service.store))


@pytest.mark.parametrize(
    ("organisation", "reason"),
    [
        (Organisation("h 2", "", "institution"), "at most 64"),
        (Organisation("hospital-1", "", "institution"), "already"),
        (Organisation("h-2", "", "institution", "914403001922038217"), "expected 6"),
        (Organisation("h-2", "", "institution", "", "Shanghai"), "GB/T 2260"),
    ],
)
def test_organisations_that_are_not_right_are_not_registered(service, organisation, reason):
    with pytest.raises(NotRegistered, match=reason):
        service.run(add_organisation(service.store, organisation))


@pytest.mark.parametrize(
    ("client", "reason"),
    [
        (replace(CLIENT, id="c/2"), "at most 64"),
        (replace(CLIENT, id="c-1"), "already"),
        (replace(CLIENT, organisation="h-9"), "no 'h-9' among the organisations"),
        (replace(CLIENT, product="his", product_version="9"), "known: 3.1"),
        (replace(CLIENT, product="pacs", product_version="1"), "no 'pacs' among the products"),
        (replace(CLIENT, scopes=""), "no system scope"),
        (replace(CLIENT, scopes="system/Patient.rs user/Patient.rs"), "'user/Patient.rs' is no system scope"),
        (replace(CLIENT, scopes="system/Patient.rs?gender=male"), "nobody is here who understands"),
    ],
)
def test_clients_that_are_not_right_are_not_registered(service, client, reason):
    with pytest.raises(NotRegistered, match=reason):
        service.run(add_client(service.store, client))
    assert [each.id for each in service.run(clients(service.store))] == ["c-1"]


def test_versions_of_a_product_come_together(service):
    service.run(add_product(service.store, Product("his", "HIS", "vendor-1", ("3.2", "3.1"))))
    assert [each.versions for each in service.run(products(service.store))] == [("3.1", "3.2")]
    with pytest.raises(NotRegistered, match="is of vendor-1"):
        service.run(add_product(service.store, Product("his", "HIS", "hospital-1", ("4",))))


def test_a_client_that_is_not_there_cannot_be_changed(service):
    with pytest.raises(NotRegistered, match="no 'c-9' among the clients"):
        service.run(change_client(service.store, "c-9", lambda client: client))


def test_of_many_who_register_one_id_one_does(service):
    async def together():
        tries = (add_client(service.store, replace(CLIENT, name=str(number))) for number in range(8))
        return await asyncio.gather(*tries, return_exceptions=True)

    assert [type(each) for each in service.run(together())].count(NotRegistered) == 7


def test_secrets_are_kept_as_hashes_that_only_they_match():
    hasher, secret = SecretHasher(), new_secret()
    hashed = hasher.hash(secret)
    assert hashed.startswith("$argon2id$")
    assert secret not in hashed
    assert hasher.hash(secret) != hashed
    assert hasher.matches(secret, hashed)
    assert not hasher.matches(new_secret(), hashed)
    assert not hasher.matches(secret, None)
    assert not hasher.matches(secret, "no hash")


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        ("Patient.rs?gendre=male", "gendre"),
        ("Nothing.rs?gender=male", "Nothing, which is no type of resource"),
        ("Observation.rs?subject:Patient.gender=male", "without chains"),
        ("Patient.rs?_has:Observation:subject:code=1", "without chains"),
        ("Patient.rs?_elements=name", "shape a result"),
        ("Patient.rs?_lastUpdated=gt2024-01-01", "'_lastUpdated' cannot be a criterion"),
        ("Observation.rs?code:in=http://example.org/vs", "expected codes themselves"),
        ("*.rs?gender=male", "gender"),
    ],
)
def test_criteria_that_cannot_be_kept_to_are_not_registered(service, scope, reason):
    check = criteria_checker(search_index(), START)
    with pytest.raises(NotRegistered, match=reason):
        service.run(add_client(service.store, replace(CLIENT, scopes=f"system/{scope}"), check))


@pytest.mark.parametrize("scope", ["Observation.rs?category=laboratory&status=final", "*.rs?_security=N,L"])
def test_criteria_about_the_resource_itself_are_registered(service, scope):
    check = criteria_checker(search_index(), START)
    service.run(add_client(service.store, replace(CLIENT, scopes=f"system/{scope}"), check))
    assert f"system/{scope}" in [each.scopes for each in service.run(clients(service.store))]
