"""Subsetting (https://hl7.org/fhirpath/N1/index.html#subsetting)."""

from __future__ import annotations

from collections.abc import Callable

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath.compare import distinct, identity
from fhir_kernel.fhirpath.convert import single_value
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.functions.signature import Function, function
from fhir_kernel.fhirpath.values import Items


def at_index(items: Items, index: Items) -> Items:
    """`items[index]`, counted from 0; empty where there is none."""
    at = _whole_number(index)
    return [] if at is None or at < 0 else items[at : at + 1]


def _single(items: Items, _env: Environment) -> Items:
    if len(items) > 1:
        raise FhirPathEvaluationError(f"single() needs at most one item, found {len(items)}")
    return items


def _slice(cut: Callable[[Items, int], Items]) -> Callable[[Items, Environment, Items], Items]:
    def run(items: Items, _env: Environment, count: Items) -> Items:
        number = _whole_number(count)
        return [] if number is None else cut(items, max(number, 0))

    return run


def _intersect(items: Items, env: Environment, other: Items) -> Items:
    env.spend(len(items) + len(other))
    keys = {identity(item) for item in other}
    return distinct([item for item in items if identity(item) in keys])


def _exclude(items: Items, env: Environment, other: Items) -> Items:
    env.spend(len(items) + len(other))
    keys = {identity(item) for item in other}
    return [item for item in items if identity(item) not in keys]


def _whole_number(items: Items) -> int | None:
    number = single_value(items, "the argument")
    if number is not None and number.__class__ is not int:
        raise FhirPathEvaluationError(f"a whole number is needed, found '{number}'")
    return None if number is None else int(number)


FUNCTIONS: dict[str, Function] = {
    "single": function(_single, returns="input", single=True),
    "first": function(lambda items, _env: items[:1], returns="input", single=True, needs_order=True),
    "last": function(lambda items, _env: items[-1:], returns="input", single=True, needs_order=True),
    "tail": function(lambda items, _env: items[1:], returns="input", needs_order=True),
    "skip": function(_slice(lambda items, n: items[n:]), "items", returns="input", needs_order=True),
    "take": function(_slice(lambda items, n: items[:n]), "items", returns="input", needs_order=True),
    "intersect": function(_intersect, "items", returns="input"),
    "exclude": function(_exclude, "items", returns="input"),
}
