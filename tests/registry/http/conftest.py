from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fhir_kernel.settings import Settings
from registry.http.api import build_api
from registry.people.caller import Caller
from registry.people.limits import Limiter
from tests.registry.http.client import Client
from tests.registry.http.desk import routes

START = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def _public(_request):
    return Caller("198.51.100.7", START)


@pytest.fixture
def api():
    limiter = Limiter(Settings(public_comments=3), lambda: 0.0)
    return build_api(routes(), _public, limiter, title="Desk", version="1", address="https://standards.example.org")


@pytest.fixture
def client(api):
    return Client(api, routes())
