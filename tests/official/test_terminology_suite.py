"""The tests of the HL7 terminology ecosystem (https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/testing.html).

They are sent over HTTP to a server of ours, by a runner and from a copy of the tests that have to be at hand.
"""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import uvicorn

from fhir_kernel.settings import load_settings
from plumbline.app import build_application, no_log
from plumbline.wiring import build_terminology
from terminology.operation_table import OPERATIONS

_SHARED = Path(os.environ.get("PLUMBLINE_SHARED", Path(__file__).parents[3] / "shared"))
_RUNNER = _SHARED / "packs/tx/run_tx.py"
_IS_AT_HAND = _RUNNER.exists() and (_RUNNER.parent / "open/manifest.json").exists()
_PASSING = 409
"""Of the general tests, how many must pass."""


@pytest.mark.skipif(not _IS_AT_HAND, reason=f"no terminology suite at {_RUNNER.parent}")
def test_a_server_passes_the_general_tests_of_the_terminology_ecosystem(tmp_path: Path) -> None:
    results = tmp_path / "results.json"
    with _server(tmp_path / "no tables") as url:
        _runner().main(["--url", f"{url}/fhir", "--workers", "2", "--json", str(results)])
    found = json.loads(results.read_text(encoding="utf-8"))
    assert found["total"] > 0
    assert found["pass"] >= min(_PASSING, found["total"]), _summary(found)


@contextmanager
def _server(tables: Path) -> Iterator[str]:
    """The address of a server of this process, at a port that is free."""
    settings = replace(load_settings(), terminology_folder=tables)
    app = build_application(build_terminology(settings), OPERATIONS, settings, log=no_log)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield "http://{}:{}".format(*listening.getsockname())
        finally:
            server.should_exit = True
            thread.join(timeout=10)


def _runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_tx", _RUNNER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _summary(found: dict[str, Any]) -> str:
    """How many tests of each suite passed, and what was wrong with those that did not."""
    counts = [f"{name}: {each['pass']} of {each['total']}" for name, each in found["suites"].items()]
    wrong = [f"{each['id']}: {each['diff']}" for each in found["tests"] if each["result"] != "pass"]
    return "\n".join([f"{found['pass']} of {found['total']} passed", *counts, *wrong])
