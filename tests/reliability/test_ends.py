"""How a server ends: told to, by whom, and with what is under way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.reliability.running import ROOT, SERVE, running

CLIENTS = 6
pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="workers are found in /proc")


def _workers(server):
    return [
        int(each) for each in Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    ]


def _is_there(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _until(holds, seconds=15.0):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


class Load:
    """Clients that create until the server is gone; what was acknowledged, and how each ended."""

    def __init__(self, server):
        self._server = server
        self.kept, self.ends, self.cut = set(), [], []
        self._threads = [threading.Thread(target=self._client, args=(number,)) for number in range(CLIENTS)]

    def __enter__(self):
        for each in self._threads:
            each.start()
        _until(lambda: len(self.kept) > 5 * CLIENTS, 60)
        return self

    def __exit__(self, *_error):
        for each in self._threads:
            each.join(60)
        assert not any(each.is_alive() for each in self._threads)

    def _client(self, own):
        with self._server.client() as client:
            for number in range(1_000_000):
                mark = f"{own}-{number}"
                body = {"resourceType": "Patient", "identifier": [{"value": mark}], "name": [{"text": "x" * 20_000}]}
                try:
                    answer = client.post("Patient", json=body)
                except httpx.TransportError as error:
                    (self.cut if "complete" in str(error) else self.ends).append(str(error))
                    return
                assert answer.status_code == 201
                assert answer.json()["identifier"][0]["value"] == mark
                self.kept.add(mark)


def _marks(client):
    marks, path = set(), "Patient?_count=1000&_elements=identifier"
    while path:
        page = client.get(path).json()
        marks |= {each["resource"]["identifier"][0]["value"] for each in page.get("entry", ())}
        path = next((each["url"] for each in page["link"] if each["relation"] == "next"), None)
    return marks


def test_told_to_stop_under_load_it_finishes_what_is_under_way_and_cuts_nothing(tmp_path):
    file = tmp_path / "records.sqlite"
    with running(file) as server, Load(server) as load:
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
    assert len(load.ends) == CLIENTS
    assert not load.cut
    with running(file) as server, server.client() as client:
        assert _marks(client) == load.kept
    assert "Traceback" not in server.said.read_text()


def test_workers_finish_and_end_where_the_process_that_started_them_is_killed(tmp_path):
    file = tmp_path / "records.sqlite"
    with running(file) as server, Load(server) as load:
        workers = _workers(server)
        assert len(workers) == 2
        server.process.kill()
        server.process.wait()
        _until(lambda: not any(map(_is_there, workers)))
    assert not load.cut
    assert server.said.read_text().count("ends, because the process that started it has died") == 2
    port = httpx.URL(server.base).port
    with socket.create_server(("127.0.0.1", port)):
        pass  # nobody holds it any more
    with running(file) as server, server.client() as client:
        assert _marks(client) == load.kept


def test_a_worker_that_dies_is_replaced_and_the_line_says_so(tmp_path):
    with running(tmp_path / "records.sqlite") as server:
        before = _workers(server)
        os.kill(before[0], signal.SIGKILL)
        _until(lambda: len(set(_workers(server)) - set(before)) == 1)
        _until(lambda: f"worker {before[0]} ended with status 9; another takes its place" in server.said.read_text())
        for _ in range(20):
            with server.client() as client:
                assert client.get("metadata").status_code == 200


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for workers in ("1", "2"):
            words = [
                *SERVE,
                "--port",
                port,
                "--workers",
                workers,
                "--store",
                f"sqlite:///{tmp_path / 'records.sqlite'}",
            ]
            ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
            assert ended.returncode == 2
            said = ended.stderr.splitlines()[-1]
            assert said == f"plumbline: 127.0.0.1, port {port}, cannot be listened to: Address already in use"
