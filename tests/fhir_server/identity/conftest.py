from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fhir_server.identity.service_world import Service


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path)


@pytest.fixture
def make_service(tmp_path: Path) -> Any:
    return lambda **settings: Service(tmp_path, **settings)
