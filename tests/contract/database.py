"""A database of MongoDB for one test or one server, of the replica set that a run of pytest shares."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from pymongo import MongoClient

from tests.contract.mongod import WHAT_IS_MISSING, shared_url


@contextmanager
def database_address(base: Path) -> Iterator[str]:
    """The address of a database that is gone afterwards; `base` is pytest's folder. Skips where there is no MongoDB."""
    server = shared_url(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)
    if server is None:
        pytest.skip(WHAT_IS_MISSING)
    name = f"test_{uuid4().hex[:12]}"
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        with MongoClient[dict[str, object]](server) as client:
            client.drop_database(name)
