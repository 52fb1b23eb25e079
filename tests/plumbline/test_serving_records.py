from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PATIENT = {"resourceType": "Patient", "name": [{"family": "李"}], "gender": "female"}


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    command = [sys.executable, "-m", "plumbline", "serve", "--port", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            address = process.stdout.readline().split()[-1]
            with httpx.Client(base_url=address.removesuffix("/fhir"), timeout=20) as client:
                yield process, client
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")
def test_workers_share_a_file_and_it_is_there_after_a_restart(tmp_path):
    store = f"sqlite:///{tmp_path}/records.sqlite"
    with serving("--open", "--workers", "2", "--store", store) as (process, client):

        def create(number: int) -> httpx.Response:
            with httpx.Client(base_url=client.base_url, timeout=20) as own:
                headers = {"if-none-exist": f"identifier={number % 4}"}
                return own.post(
                    "/fhir/Patient", json={**PATIENT, "identifier": [{"value": f"{number % 4}"}]}, headers=headers
                )

        with ThreadPoolExecutor(8) as threads:
            statuses = sorted(each.status_code for each in threads.map(create, range(24)))
        assert statuses == [200] * 20 + [201] * 4
        assert client.get("/readyz").json() == {"status": "ok"}
        assert client.post("/fhir/Patient", json={**PATIENT, "gender": "girl"}).status_code == 422
        counted = client.get("/metrics").text
        assert 'fhir_request_seconds_count{interaction="create",status="201"} 4.0' in counted
        assert 'fhir_request_seconds_count{interaction="create",status="200"} 20.0' in counted
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        said = process.stderr.read()
        assert "李" not in said
        assert "OPEN: anybody on this machine may read and change everything" in said
    with serving("--open", "--store", store, "--quiet") as (_, client):
        assert client.get("/fhir/Patient?_summary=count").json()["total"] == 4


def test_a_client_gets_a_token_for_its_secret_and_may_do_what_it_was_registered_for(tmp_path, monkeypatch):
    monkeypatch.setenv("PLUMBLINE_KEY_FOLDER", str(tmp_path / "keys"))
    store = f"sqlite:///{tmp_path}/records.sqlite"
    secret = _registered(store)
    with serving("--store", store, "--quiet") as (_, client):
        refused = client.get("/fhir/Patient")
        assert refused.status_code == 401
        assert refused.json()["issue"][0]["code"] == "login"
        assert client.get("/fhir/metadata").status_code == 200
        ways = client.get("/fhir/.well-known/smart-configuration").json()
        given = client.post(ways["token_endpoint"], data={"grant_type": "client_credentials"}, auth=("his-1", secret))
        client.headers["authorization"] = f"Bearer {given.json()['access_token']}"
        assert client.post("/fhir/Patient", json=PATIENT).status_code == 201
        found = client.get("/fhir/Patient").json()
        assert [each["resource"]["gender"] for each in found["entry"]] == ["female"]
        assert client.delete(f"/fhir/Patient/{found['entry'][0]['resource']['id']}").status_code == 403
        entry = {"resource": PATIENT, "request": {"method": "POST", "url": "Observation"}}
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
        assert client.post("/fhir", json=bundle).status_code == 403


def _registered(store: str) -> str:
    def run(*words: str) -> str:
        command = [sys.executable, "-m", "plumbline", *words, "--store", store]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    run("organisation", "add", "vendor-1", "--name", "软件公司", "--kind", "vendor")
    words = ("--organisation", "vendor-1", "--scope", "system/Patient.crus", "--name", "HIS")
    return _secret(run("client", "add", "his-1", *words))


def _secret(told: str) -> str:
    return next(line.split()[-1] for line in told.splitlines() if line.startswith("client_secret"))


def test_terminology_can_be_served_alone():
    with serving("--store", "none", "--quiet") as (_, client):
        assert client.post("/fhir/Patient", json=PATIENT).status_code == 404
        assert (
            client.get(
                "/fhir/CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=male"
            ).status_code
            == 200
        )


def test_a_store_that_cannot_be_opened_is_told_in_one_line(tmp_path):
    (tmp_path / "x").write_text("no database " * 100)
    command = [sys.executable, "-m", "plumbline", "serve", "--port", "0", "--store", f"sqlite:///{tmp_path}/x"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    assert str(tmp_path / "x") in ended.stderr
