from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pymongo import MongoClient

from tests.contract.mongod import WHAT_IS_MISSING, shared_url


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    folder: Path = tmp_path_factory.getbasetemp()
    found = shared_url(folder if worker_id == "master" else folder.parent)
    if found is None:
        pytest.skip(WHAT_IS_MISSING)
    return found


@pytest.fixture
def database_url(server_url: str) -> Iterator[str]:
    """The URL of a database of its own, which is gone after the test."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    with MongoClient[dict[str, object]](server_url) as client:
        client.drop_database(name)
