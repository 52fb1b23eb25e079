from __future__ import annotations

import os

import pytest

from tests.reliability.running import running


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server for all tests of a module, which shall not hurt it."""
    if not hasattr(os, "fork"):
        pytest.skip("workers are forked")
    with running(tmp_path_factory.mktemp("server") / "records.sqlite") as started:
        yield started
        with started.client() as client:
            assert client.get("metadata").status_code == 200
    assert "Traceback" not in started.said.read_text()
