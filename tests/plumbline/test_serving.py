from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from fhir_kernel.codec.xml_codec import from_xml, to_xml
from fhir_kernel.definitions.catalog import open_core
from plumbline.serving import CannotServe, serve
from tests.fhir_server.world import SEX, parameters, told

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from fhir_kernel.settings import Settings
from plumbline.app import build_application, log_line
from plumbline.serving import serve
from tests.fhir_server.world import OPERATIONS, SmallTerminology
app = build_application(SmallTerminology(), OPERATIONS, Settings(), log=log_line)
serve(app, "127.0.0.1", 0, int(sys.argv[1]), lambda address: print(address, flush=True))
"""
QUERY = f"/fhir/CodeSystem/$lookup?system={SEX['url']}&code=1"


@contextmanager
def running(workers: int) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    command = [sys.executable, "-c", PROGRAM, str(workers)]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            with httpx.Client(base_url=process.stdout.readline().strip(), timeout=20) as client:
                yield process, client
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)


def test_the_server_answers_json_and_xml_and_stops_when_told():
    model = open_core().model
    asked = parameters(system=("valueUri", SEX["url"]), code=("valueCode", "2"))
    with running(1) as (process, client):
        assert client.get("/livez").json() == client.get("/readyz").json() == {"status": "ok"}
        assert client.get(QUERY).json()["parameter"][1]["valueString"] == "男"
        headers = {"content-type": "application/fhir+xml", "accept": "application/fhir+xml"}
        answered = client.post("/fhir/CodeSystem/$lookup", content=to_xml(asked, model), headers=headers)
        assert from_xml(answered.content, model)["parameter"][1]["valueString"] == "女"
        assert client.head(QUERY).content == b""
        statement = client.get("/", follow_redirects=True).json()
        assert statement["implementation"]["url"] == f"{client.base_url}/fhir"
        assert told(client.get("/patients")) == (
            "404 not-found: There is nothing at '/patients'; the FHIR server is at /fhir"
        )
        too_large = client.post("/fhir", content=b"x" * 20_000_001)
        assert told(too_large) == "413 too-long: The body is larger than 20000000 bytes"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, -signal.SIGTERM)
        log = process.stderr.read()
        assert '"path":"/fhir/CodeSystem/$lookup","status":200' in log
        assert SEX["url"] not in log


@pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")
def test_a_worker_that_dies_is_replaced():
    with running(2) as (process, client):
        assert client.get(QUERY).status_code == 200
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if not children.exists():
            pytest.skip("the system does not say which processes there are")
        before = children.read_text().split()
        assert len(before) == 2
        os.kill(int(before[0]), signal.SIGKILL)
        assert any(f"worker {before[0]} ended" in line for line in process.stderr)
        with httpx.Client(base_url=client.base_url) as another:
            assert another.get(QUERY).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_an_address_that_is_taken_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotServe, match=f"127.0.0.1, port {port}, cannot be listened to"):
            serve(None, "127.0.0.1", port, 1, print)
