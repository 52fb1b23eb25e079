"""What the tests of patches share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.definitions.model import Model
from fhir_server.outcomes import RequestRefused
from fhir_server.patch.apply import apply_patch

Patch = Callable[..., dict[str, Any]]
Refused = Callable[..., RequestRefused]


@pytest.fixture(scope="session")
def model() -> Model:
    return open_core().model


@pytest.fixture
def patch(model: Model, request: pytest.FixtureRequest) -> Patch:
    """`patch(resource, body)`: the outcome, by the format that the module of the test names."""

    def run(resource: dict[str, Any], body: Any, content_type: str = "", **settings: Any) -> dict[str, Any]:
        sent = body if isinstance(body, bytes) else write_json(body) if isinstance(body, dict) else json.dumps(body)
        data = sent if isinstance(sent, bytes) else sent.encode()
        return apply_patch(resource, data, content_type or request.module.FORMAT, model, **settings)

    return run


@pytest.fixture
def refused(patch: Patch) -> Refused:
    """`refused(resource, body)`: the refusal that a patch meets, after a look that the resource is as it was."""

    def run(resource: dict[str, Any], body: Any, content_type: str = "", **settings: Any) -> RequestRefused:
        before = write_json(resource)
        with pytest.raises(RequestRefused) as caught:
            patch(resource, body, content_type, **settings)
        assert write_json(resource) == before
        return caught.value

    return run
