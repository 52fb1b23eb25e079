from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.reliability.running import Running

AT_ONCE = 64
RIVALS = 8


def _all_at_once(server: Running, ask, count):
    """The answers to `count` requests, each over a connection of its own, so that both workers get their share."""

    def one(number):
        with server.client() as client:
            return ask(client, number)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


@pytest.mark.parametrize("identifier", ["a", "b", "c"])
def test_of_many_conditional_creates_of_one_identifier_one_creates(server, identifier):
    patient = {"resourceType": "Patient", "identifier": [{"system": "urn:example:race", "value": identifier}]}
    query = f"identifier=urn:example:race|{identifier}"

    def create(client, _number):
        return client.post("Patient", json=patient, headers={"if-none-exist": query})

    answers = _all_at_once(server, create, AT_ONCE)
    assert Counter(each.status_code for each in answers) == {201: 1, 200: AT_ONCE - 1}
    assert len({each.json()["id"] for each in answers}) == 1
    with server.client() as client:
        assert client.get(f"Patient?{query}&_summary=count").json()["total"] == 1


def test_transactions_that_create_conditionally_create_once_too(server):
    entries = [
        {
            "resource": {"resourceType": kind, "identifier": [{"system": "urn:example:race", "value": "bundle"}]},
            "request": {"method": "POST", "url": kind, "ifNoneExist": "identifier=urn:example:race|bundle"},
        }
        for kind in ("Patient", "Organization")
    ]
    entries[1]["resource"]["name"] = "医院"
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    answers = _all_at_once(server, lambda client, _: client.post("", json=bundle), AT_ONCE // 2)
    assert {each.status_code for each in answers} == {200}
    told = Counter(tuple(entry["response"]["status"][:3] for entry in each.json()["entry"]) for each in answers)
    assert told == {("201", "201"): 1, ("200", "200"): AT_ONCE // 2 - 1}


def test_each_version_is_followed_by_one_of_those_who_want_to_change_it(server):
    with server.client() as client:
        client.put("Patient/raced", json={"resourceType": "Patient", "id": "raced"})
        for version in range(1, 6):

            def update(own, number, version=version):
                changed = {"resourceType": "Patient", "id": "raced", "name": [{"family": f"{version}-{number}"}]}
                return own.put("Patient/raced", json=changed, headers={"if-match": f'W/"{version}"'})

            answers = _all_at_once(server, update, RIVALS)
            statuses = Counter(each.status_code for each in answers)
            assert statuses[200] == 1
            assert statuses.keys() <= {200, 409, 412}
            (won,) = (each.json() for each in answers if each.status_code == 200)
            assert client.get("Patient/raced").json() == won
            assert won["meta"]["versionId"] == str(version + 1)


def test_updates_without_condition_are_all_kept_one_after_another(server):
    def update(client, number):
        changed = {"resourceType": "Patient", "id": "busy", "name": [{"family": f"n{number}"}]}
        return client.put("Patient/busy", json=changed)

    answers = _all_at_once(server, update, 24)
    assert Counter(each.status_code for each in answers) == {201: 1, 200: 23}
    assert sorted(int(each.json()["meta"]["versionId"]) for each in answers) == list(range(1, 25))
    with server.client() as client:
        kept = client.get("Patient/busy/_history?_count=100").json()["entry"]
    assert [each["resource"] for each in kept] == [
        each.json() for each in sorted(answers, key=lambda each: -int(each.json()["meta"]["versionId"]))
    ]
