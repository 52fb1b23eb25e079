"""A service over a few resources, and calls of its operations."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.definitions.model import Model
from terminology.engine.installed import Installed
from terminology.failures import OperationFailed
from terminology.limits import Limits
from terminology.operation_table import OPERATIONS
from terminology.operations import Call
from terminology.service import TerminologyService

_TYPES = {"system": "Uri", "url": "Uri"}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def service_of(*resources: dict[str, Any], **more: Any) -> TerminologyService:
    content = Installed(Catalog(resources))
    return TerminologyService(content, Model({}), clock=lambda: NOON, new_id=lambda: "1", limits=Limits(), **more)


def named(name: str, value: Any) -> dict[str, Any]:
    """A parameter, with the type that its value has."""
    if isinstance(value, dict) and "resourceType" in value:
        return {"name": name, "resource": value}
    if isinstance(value, list):
        return {"name": name, "part": value}
    if isinstance(value, dict):
        return {"name": name, "valueCoding" if "code" in value else "valueCodeableConcept": value}
    if isinstance(value, bool):
        return {"name": name, "valueBoolean": value}
    return {"name": name, f"value{_TYPES.get(name, 'String')}": value}


def run(
    service: TerminologyService,
    code: str,
    /,
    *further: dict[str, Any],
    instance: Any = None,
    language: Any = None,
    **parameters: Any,
) -> dict[str, Any]:
    operation = next(each for each in OPERATIONS if each.name == code)
    written = tuple(named(key, value) for key, value in parameters.items())
    return service.run(operation, Call((*written, *further), language, instance))


def refusal(service: TerminologyService, code: str, /, *further: dict[str, Any], **more: Any) -> tuple[str, str]:
    """The issue type and the sentence with which an operation fails."""
    with pytest.raises(OperationFailed) as caught:
        run(service, code, *further, **more)
    return caught.value.code, str(caught.value)


def value(answer: dict[str, Any], name: str) -> Any:
    """The value of an output parameter; None where there is none."""
    for each in answer.get("parameter", ()):
        if each["name"] == name:
            return next(held for key, held in each.items() if key.startswith("value"))
    return None


def parts(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The parts of each output parameter of a name, as a dict from name to value; of repeated parts the last."""
    return [
        {
            part["name"]: next((held for key, held in part.items() if key.startswith("value")), part.get("part"))
            for part in each["part"]
        }
        for each in answer.get("parameter", ())
        if each["name"] == name
    ]
