"""Combining (https://hl7.org/fhirpath/N1/index.html#combining)."""

from __future__ import annotations

from fhir_kernel.fhirpath.compare import distinct
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.functions.signature import Function, function
from fhir_kernel.fhirpath.values import Items


def union(items: Items, env: Environment, other: Items) -> Items:
    """The items of both, each once."""
    return distinct(combine(items, env, other))


def combine(items: Items, env: Environment, other: Items) -> Items:
    """The items of both."""
    env.spend(len(items) + len(other))
    return items + other


FUNCTIONS: dict[str, Function] = {
    "union": function(union, "items"),
    "combine": function(combine, "items"),
}
