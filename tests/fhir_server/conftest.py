"""What the tests of the server share."""

from __future__ import annotations

import pytest

from tests.fhir_server.world import Server


@pytest.fixture
def server() -> Server:
    return Server()
