"""The disk fills under the server: writes are refused, reads go on, and nothing is kept by halves."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.reliability.running import SERVE, running

MOUNT = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")
ON_SMALL_DISK = 'mount -t tmpfs -o size=8m tmpfs "$0" && exec "$@"'
LARGE = "x" * 200_000


def _may_mount():
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*MOUNT, "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not _may_mount(), reason="no small disk can be mounted here without privileges")


def _patient(mark, text=""):
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:example:mark", "value": mark}],
        **({"name": [{"text": text}]} if text else {}),
    }


def _pair(mark):
    rows = [_patient(mark, LARGE), {**_patient(mark), "resourceType": "Organization", "name": LARGE}]
    entries = [{"resource": each, "request": {"method": "POST", "url": each["resourceType"]}} for each in rows]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


@pytest.fixture
def disk(tmp_path):
    """A server whose file is on a disk of 8 MB, half of which is taken, and how that disk is reached from here."""
    folder = tmp_path / "disk"
    folder.mkdir()
    said = tmp_path / "records.said"
    command = (*MOUNT, ON_SMALL_DISK, str(folder), *SERVE)
    with running(folder / "records.sqlite", command, said) as server:
        inside = Path(f"/proc/{server.process.pid}/root{folder}")
        (inside / "taken").write_bytes(b"x" * 4_000_000)
        yield server, inside
    assert "Traceback" not in said.read_text()


def test_a_full_disk_refuses_writes_while_reads_go_on_until_there_is_room_again(disk):
    server, folder = disk
    with server.client() as client:
        kept = client.put("Patient/kept", json={**_patient("kept"), "id": "kept"}).json()
        alone, pairs = _fill(server)
        assert 507 in alone.values()
        assert client.get("Patient/kept").json() == kept
        assert len(_found(client, "Patient", "kept")) == 1
        assert len(client.get("Patient/kept/_history").json()["entry"]) == 1
        update = client.put("Patient/kept", json={**kept, "name": [{"text": LARGE * 5}]})
        assert update.status_code == 507
        assert (update.json()["resourceType"], update.json()["issue"][0]["code"]) == ("OperationOutcome", "no-store")
        assert client.get("Patient/kept").json() == kept
        (folder / "taken").unlink()
        assert client.put("Patient/kept", json={**kept, "gender": "male"}).json()["meta"]["versionId"] == "2"
        assert client.post("", json=_pair("late")).status_code == 200
        _check(client, {**alone, **pairs, "late": 200}, {*pairs, "late"})
    with closing(sqlite3.connect(folder / "records.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _fill(server):
    """What became of many large writes at once, alone and in pairs, by their marks."""

    def write(number):
        with server.client() as client:
            mark = f"alone-{number}"
            alone = client.post("Patient", json=_patient(mark, LARGE))
            pair = client.post("", json=_pair(f"pair-{number}"))
            for each in (alone, pair):
                if each.status_code == 507:
                    assert each.json()["issue"][0]["code"] == "no-store"
            return alone.status_code, pair.status_code

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(write, range(24)))
    assert Counter(status for pair in answers for status in pair).keys() <= {200, 201, 507}
    alone = {f"alone-{number}": status for number, (status, _) in enumerate(answers)}
    return alone, {f"pair-{number}": status for number, (_, status) in enumerate(answers)}


def _found(client, kind, mark):
    page = client.get(kind, params={"identifier": f"urn:example:mark|{mark}", "_elements": "identifier"}).json()
    return page.get("entry", [])


def _check(client, became, pairs):
    """What was acknowledged is there, and nothing else."""
    for mark, status in became.items():
        count = 0 if status == 507 else 1
        assert len(_found(client, "Patient", mark)) == count
        assert len(_found(client, "Organization", mark)) == (count if mark in pairs else 0)
