"""A search parameter that is added while two workers serve, and indexing that is killed: nothing is found wrongly."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import httpx

from tests.reliability.running import ROOT, running, start

COUNT = 3_000
NICK = {
    "resourceType": "SearchParameter",
    "id": "nick",
    "url": "http://example.org/sp/nick",
    "name": "Nick",
    "description": "The nickname",
    "status": "active",
    "code": "nick",
    "base": ["Patient"],
    "type": "token",
    "expression": "Patient.name.where(use='nickname').text",
}


def _patient(number):
    return {"resourceType": "Patient", "id": f"p{number}", "name": [{"use": "nickname", "text": f"n{number % 7}"}]}


def _fill(base):
    with httpx.Client(base_url=base, timeout=60) as client:
        for first in range(0, COUNT, 500):
            entries = [
                {"resource": each, "request": {"method": "PUT", "url": f"Patient/{each['id']}"}}
                for each in map(_patient, range(first, first + 500))
            ]
            sent = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
            assert client.post("", json=sent).status_code == 200


def _asked(base, path):
    """By a connection of its own, so that either worker may be the one that answers."""
    return httpx.get(f"{base}/{path}", timeout=60)


def _put(base, resource):
    return httpx.put(f"{base}/{resource['resourceType']}/{resource['id']}", json=resource, timeout=60)


def _progress(base):
    rows = _asked(base, "Patient/$reindex").json()["parameter"]
    found = [{each["name"]: each for each in row["part"]} for row in rows if row["name"] == "type"]
    return rows[0]["valueCode"], found[0]["done"]["valueInteger"] if found else 0


def _right(answer):
    """A search is answered by all that fit, or refused because it cannot be answered yet."""
    if answer.status_code == 503:
        assert "is being indexed" in answer.text, answer.text
        return False
    assert answer.status_code == 200, answer.text
    assert answer.json()["total"] == len(range(0, COUNT, 7))
    return True


def _until_indexed(base):
    for _ in range(600):
        if all(_right(_asked(base, "Patient?nick=n0&_total=accurate&_count=0")) for _ in range(6)):
            return
        time.sleep(0.05)
    raise AssertionError(_asked(base, "Patient/$reindex").text)


def _claims(base):
    rest = _asked(base, "metadata").json()["rest"][0]["resource"]
    patient = next(each for each in rest if each["type"] == "Patient")
    return any(each["name"] == "nick" for each in patient["searchParam"])


def test_a_parameter_is_searched_by_on_every_worker_without_a_restart_and_goes_with_its_resource(tmp_path):
    with running(tmp_path / "records.sqlite") as server:
        _fill(server.base)
        assert _asked(server.base, "Patient?nick=n0").status_code == 400
        assert _put(server.base, {**NICK, "code": "name"}).status_code == 422
        assert _put(server.base, NICK).status_code == 201
        for _ in range(8):
            _right(_asked(server.base, "Patient?nick=n0&_total=accurate&_count=0"))
        assert _put(server.base, _patient(0)).status_code == 200
        _until_indexed(server.base)
        time.sleep(2.5)
        assert all(_claims(server.base) for _ in range(4))
        assert '"nick"' in _asked(server.base, "openapi.json").text
        httpx.delete(f"{server.base}/SearchParameter/nick", timeout=60).raise_for_status()
        assert {_asked(server.base, "Patient?nick=n0").status_code for _ in range(8)} == {400}


def test_indexing_that_is_killed_with_the_server_goes_on_with_the_next_one(tmp_path):
    file = tmp_path / "records.sqlite"
    server = start(file)
    _fill(server.base)
    assert _put(server.base, NICK).status_code == 201
    for _ in range(400):
        status, done = _progress(server.base)
        if done >= 200 or status == "completed":
            break
        time.sleep(0.01)
    server.kill()
    with running(file) as again:
        state, before = _progress(again.base)
        assert (state, before >= done) == ("in-progress", True)
        _until_indexed(again.base)
        assert _progress(again.base) == ("completed", COUNT)


def test_the_command_indexes_a_store_beside_a_server_and_tells_how_much(tmp_path):
    file = tmp_path / "records.sqlite"
    with running(file) as server:
        _fill(server.base)
        command = [sys.executable, "-m", "plumbline", "reindex", "--store", f"sqlite:///{file}", "--type", "Patient"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert (done.returncode, done.stdout) == (0, f"Patient: {COUNT} resources looked through\n"), done.stderr
        assert _progress(server.base) == ("completed", COUNT)
        assert httpx.post(f"{server.base}/Patient/$reindex", timeout=60).json()["parameter"][0]["valueCode"] in (
            "in-progress",
            "completed",
        )
        wrong = subprocess.run([*command[:-1], "Patients"], cwd=ROOT, capture_output=True, text=True, check=False)
        assert wrong.returncode == 2
        assert re.search("Patients, which is no type of resource", wrong.stderr)
