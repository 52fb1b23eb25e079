"""What the published FHIRPath suite calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

from fhir_kernel.definitions.catalog import open_core
from fhir_kernel.fhirpath import Date, DateTime, Engine, Environment, Item, Node, Quantity, Time
from fhir_kernel.fhirpath.convert import system_value
from fhir_kernel.fhirpath.values import system_type, value_text

Pair = tuple[str | None, Any]


def fhirpath(resource: dict[str, Any] | None, expression: str, test: dict[str, Any]) -> list[Pair]:
    """The result of `expression` on `resource` as pairs of type and value; raises where it is not valid."""
    start = resource or {}
    context_type = start.get("resourceType")
    compiled = _engine().compile(expression, context_type, strict=context_type is not None)
    env = Environment(now=datetime.now(UTC))
    return list(_pairs(compiled.evaluate(start, env)))


@cache
def _engine() -> Engine:
    return Engine(open_core().model)


def _pairs(items: list[Item]) -> Iterator[Pair]:
    for item in items:
        value = system_value(item)
        if isinstance(item, Node):
            yield item.type, _written(value) if value is not None and not isinstance(item.value, dict) else item.value
        else:
            yield system_type(item), _written(value)


def _written(value: Item) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, Date | DateTime):
        return f"@{value}"
    if isinstance(value, Time):
        return f"@T{value}"
    return str(value) if isinstance(value, Quantity) else value_text(value)
