"""A server process that real clients talk to."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from tests.contract.database import database_address

ROOT = Path(__file__).parents[2]
_SECONDS_TO_END = 20


def run(*words: str) -> str:
    """What a command says."""
    command = [sys.executable, "-m", "plumbline", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """The FHIR address of a server that runs meanwhile."""
    command = [sys.executable, "-m", "plumbline", "serve", "--port", "0", "--quiet", *options]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(_SECONDS_TO_END)


@pytest.fixture(scope="session", params=["sqlite", "mongodb"])
def fhir_address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that lets everybody in, on each store; tests keep apart by the identifiers of their records."""
    folder = tmp_path_factory.mktemp("store")
    sqlite = nullcontext(f"sqlite:///{folder}/records.sqlite")
    places = {"sqlite": sqlite, "mongodb": database_address(tmp_path_factory.getbasetemp())}
    with places[request.param] as store, serving("--open", "--store", store) as address:
        yield address


@pytest.fixture
def guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """A server that wants tokens, and the secret of its client `his-1`: it may do all with Patients but delete."""
    monkeypatch.setenv("PLUMBLINE_KEY_FOLDER", str(tmp_path / "keys"))
    store = ("--store", f"sqlite:///{tmp_path}/records.sqlite")
    run("organisation", "add", "vendor-1", "--name", "软件公司", "--kind", "vendor", *store)
    words = ("--organisation", "vendor-1", "--scope", "system/Patient.crus", "--name", "HIS")
    told = run("client", "add", "his-1", *words, *store)
    secret = next(line.split()[-1] for line in told.splitlines() if line.startswith("client_secret"))
    with serving(*store) as address:
        yield address, secret
