"""One engine over R4 for all tests, and a short way to run an expression."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.definitions.model import Model
from fhir_kernel.fhirpath import Engine, Environment, Node
from fhir_kernel.fhirpath.convert import system_value

Run = Callable[..., list[Any]]

PATIENT = {
    "resourceType": "Patient",
    "id": "wang",
    "active": True,
    "birthDate": "1974-12-25",
    "_birthDate": {"extension": [{"url": "http://example.org/time", "valueDateTime": "1974-12-25T14:35:45-05:00"}]},
    "gender": "male",
    "name": [
        {"use": "official", "family": "Wang", "given": ["Wei", "Ming"]},
        {"use": "usual", "given": ["Wei"]},
        {"use": "maiden", "family": "Li", "given": [None, "Fang"], "_given": [{"id": "g0"}]},
    ],
    "multipleBirthInteger": 2,
    "contained": [{"resourceType": "Organization", "id": "org", "name": "Hospital"}],
    "managingOrganization": {"reference": "#org"},
}


@pytest.fixture(scope="session")
def model() -> Model:
    return open_core().model


@pytest.fixture(scope="session")
def engine(model: Model) -> Engine:
    return Engine(model)


@pytest.fixture
def run(engine: Engine) -> Run:
    """`run(expression, resource, …)`: the results as plain values, elements as their JSON."""

    def evaluate(expression: str, resource: Any = PATIENT, **settings: Any) -> list[Any]:
        env = Environment(now=datetime(2026, 11, 23, 10, 30, tzinfo=UTC), **settings)
        return [plain(item) for item in engine.compile(expression).evaluate(resource, env)]

    return evaluate


def plain(item: Any) -> Any:
    value = system_value(item)
    return item.value if value is None and isinstance(item, Node) else value
