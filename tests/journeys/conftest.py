"""The whole server for a story, on each store that can be had here, with a clock that is moved on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from fhir_kernel.settings import load_settings
from plumbline.demo.registry.calendar import Calendar
from plumbline.demo.registry.premises import premises

START = datetime(2025, 1, 6, 1, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "mongodb"])
def address(request, tmp_path):
    """That of an empty store."""
    with ADDRESSES[request.param](tmp_path) as url:
        yield url


@pytest.fixture
def settings(address, tmp_path):
    return replace(load_settings(), store=address, key_folder=tmp_path / "keys")


@pytest.fixture
def place(settings):
    with premises(settings, Calendar(START)) as opened:
        yield opened


@contextmanager
def _sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder}/registry.sqlite"


@contextmanager
def _mongodb(folder: Path) -> Iterator[str]:
    from pymongo import MongoClient

    from tests.contract.mongod import WHAT_IS_MISSING, shared_url

    shared = folder.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else folder.parent
    url, name = shared_url(shared), f"journey_{uuid4().hex}"
    if url is None:
        pytest.skip(WHAT_IS_MISSING)
    start, _, options = url.partition("/?")
    yield f"{start}/{name}?{options}"
    with MongoClient(url) as client:
        client.drop_database(name)


ADDRESSES = {"sqlite": _sqlite, "mongodb": _mongodb}
