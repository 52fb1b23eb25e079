"""The whole server is killed at random moments: what it acknowledged is there, and nothing by halves."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from collections import defaultdict
from contextlib import closing, suppress
from dataclasses import dataclass, field

import httpx
import pytest

from tests.reliability.running import running, start

TIMES = int(os.environ.get("PLUMBLINE_TEST_KILLS", "5"))
"""How often; set it to 200 for a thorough trial."""
CLIENTS = 4
SYSTEM = "urn:example:mark"
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")


def _patient(mark, id_=None):
    made = {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": mark}], "gender": "female"}
    return made if id_ is None else {**made, "id": id_}


def _pair(mark):
    """A transaction of two resources, of which one refers to the other."""
    patient = {"fullUrl": "urn:uuid:6f1d2f0e-8b1c-4c6e-9d53-0d0f6b0a7f11", "resource": _patient(mark)}
    observation = {
        "resourceType": "Observation",
        "identifier": [{"system": SYSTEM, "value": mark}],
        "status": "final",
        "code": {"text": "weight"},
        "subject": {"reference": patient["fullUrl"]},
    }
    entries = [
        {**patient, "request": {"method": "POST", "url": "Patient"}},
        {"resource": observation, "request": {"method": "POST", "url": "Observation"}},
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


@dataclass
class Load:
    """What several clients write until the server is gone, and what they were told to be kept."""

    base: str
    name: str
    kept: dict[str, str] = field(default_factory=dict)
    """Versions, such as Patient/1/_history/2, with the mark of what was written."""
    refused: list[int] = field(default_factory=list)
    first: threading.Event = field(default_factory=threading.Event)

    def run(self, seconds, end):
        threads = [threading.Thread(target=self._client, args=(number,)) for number in range(CLIENTS)]
        for each in threads:
            each.start()
        assert self.first.wait(60)
        time.sleep(seconds)
        end()
        for each in threads:
            each.join(60)
        assert not any(each.is_alive() for each in threads)

    def _client(self, own):
        with httpx.Client(base_url=self.base, timeout=60) as client, suppress(httpx.TransportError):
            for number in range(1_000_000):
                mark = f"{self.name}-{own}-{number}"
                key = self._keep(client.post("Patient", json=_patient(mark)), mark)
                self._keep(client.put(key, json=_patient(f"{mark}-again", key.partition("/")[2])), f"{mark}-again")
                self._keep_pair(client.post("", json=_pair(f"{mark}-pair")), f"{mark}-pair")
                self.first.set()

    def _keep(self, response, mark):
        if response.status_code not in (200, 201):
            self.refused.append(response.status_code)
        place = response.headers["location"] if response.status_code == 201 else None
        body = response.json()
        version = _within(place) if place else f"{_key(body)}/_history/{body['meta']['versionId']}"
        self.kept[version] = mark
        return version.partition("/_history/")[0]

    def _keep_pair(self, response, mark):
        if response.status_code != 200:
            self.refused.append(response.status_code)
        for entry in response.json()["entry"]:
            self.kept[_within(entry["response"]["location"])] = mark


def _key(resource):
    return f"{resource['resourceType']}/{resource['id']}"


def _within(location):
    return "/".join(location.split("/")[-4:])


def test_no_acknowledged_write_is_lost_and_no_transaction_is_kept_by_halves(tmp_path):
    file, chance, kept, refused = tmp_path / "records.sqlite", random.Random(11), {}, []
    for number in range(TIMES):
        server = start(file)
        load = Load(server.base, str(number))
        try:
            load.run(chance.uniform(0.0, 0.3), server.kill)
        finally:
            server.stop()
        kept.update(load.kept)
        refused += load.refused
        _check_file(file)
    assert not refused
    with running(file) as server, server.client() as client:
        versions = _history(client)
        _check_versions(versions)
        assert {place: versions.get(place) for place in kept} == kept
        _check_pairs(versions)
        _check_search(client, versions)


def _check_file(file):
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def _history(client):
    """Every version in the store with the mark of what was written."""
    found, page = {}, client.get("_history?_count=1000").json()
    while True:
        for entry in page.get("entry", ()):
            resource = entry["resource"]
            place = f"{_key(resource)}/_history/{resource['meta']['versionId']}"
            assert place not in found
            found[place] = resource["identifier"][0]["value"]
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        if not following:
            return found
        page = client.get(following[0]).json()


def _check_versions(versions):
    numbers = defaultdict(list)
    for place in versions:
        key, _, number = place.partition("/_history/")
        numbers[key].append(int(number))
    assert all(sorted(each) == list(range(1, len(each) + 1)) for each in numbers.values())


def _check_pairs(versions):
    types = defaultdict(list)
    for place, mark in versions.items():
        if mark.endswith("-pair"):
            types[mark].append(place.partition("/")[0])
    assert types
    assert all(sorted(each) == ["Observation", "Patient"] for each in types.values())


def _check_search(client, versions):
    """The index says the same as the history."""
    for kind in ("Patient", "Observation"):
        keys = {place.partition("/_history/")[0] for place in versions if place.startswith(kind)}
        assert client.get(f"{kind}?_summary=count").json()["total"] == len(keys)
    again = [mark for mark in versions.values() if mark.endswith("-again")]
    for mark in again[:: max(1, len(again) // 40)]:
        (entry,) = client.get("Patient", params={"identifier": f"{SYSTEM}|{mark}"}).json()["entry"]
        assert entry["resource"]["meta"]["versionId"] == "2"
        before = mark.removesuffix("-again")
        assert "entry" not in client.get("Patient", params={"identifier": f"{SYSTEM}|{before}"}).json()
