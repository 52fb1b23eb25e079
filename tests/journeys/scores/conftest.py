"""A server with the sample standard in force, for all tests of a process; and each store for a story."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fhir_kernel.settings import load_settings
from tests.journeys.scores.ground import ground
from tests.plumbline.conftest import plumbline as plumbline


@pytest.fixture(scope="session")
def clinics(tmp_path_factory):
    """On SQLite; each test has institutions and months of its own."""
    folder = tmp_path_factory.mktemp("scores")
    store = f"sqlite:///{folder}/registry.sqlite"
    with ground(replace(load_settings(), store=store, key_folder=folder / "keys")) as made:
        yield made
