"""Existence (https://hl7.org/fhirpath/N1/index.html#existence)."""

from __future__ import annotations

from collections.abc import Callable

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath import compare
from fhir_kernel.fhirpath.convert import system_value, truth, type_of
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.functions.filtering import where
from fhir_kernel.fhirpath.functions.signature import Function, Lambda, function
from fhir_kernel.fhirpath.values import Items


def _empty(items: Items, _env: Environment) -> Items:
    return [not items]


def _exists(items: Items, env: Environment, criteria: Lambda | None) -> Items:
    return [bool(items if criteria is None else where(items, env, criteria))]


def _all(items: Items, env: Environment, criteria: Lambda) -> Items:
    env.spend(len(items))
    outer = env.index
    for env.index, item in enumerate(items):
        if truth(criteria(item, env)) is not True:
            env.index = outer
            return [False]
    env.index = outer
    return [True]


def _booleans(test: Callable[[list[bool]], bool]) -> Callable[[Items, Environment], Items]:
    def run(items: Items, _env: Environment) -> Items:
        values = [system_value(item) for item in items]
        for item, value in zip(items, values, strict=True):
            if not isinstance(value, bool):
                raise FhirPathEvaluationError(f"every item of the input must be a Boolean, found {type_of(item)}")
        return [test(values)]

    return run


def _subset_of(items: Items, env: Environment, other: Items) -> Items:
    env.spend(len(items) + len(other))
    keys = {compare.identity(item) for item in other}
    return [all(compare.identity(item) in keys for item in items)]


def _superset_of(items: Items, env: Environment, other: Items) -> Items:
    return _subset_of(other, env, items)


def _not(items: Items, _env: Environment) -> Items:
    value = truth(items)
    return [] if value is None else [not value]


def _count(items: Items, _env: Environment) -> Items:
    return [len(items)]


def _distinct(items: Items, env: Environment) -> Items:
    env.spend(len(items))
    return compare.distinct(items)


def _is_distinct(items: Items, env: Environment) -> Items:
    env.spend(len(items))
    return [len(compare.distinct(items)) == len(items)]


_BOOLEAN = "System.Boolean"

FUNCTIONS: dict[str, Function] = {
    "empty": function(_empty, returns=_BOOLEAN, single=True),
    "exists": function(_exists, "| lambda", returns=_BOOLEAN, single=True),
    "all": function(_all, "lambda", returns=_BOOLEAN, single=True),
    "allTrue": function(_booleans(all), returns=_BOOLEAN, single=True),
    "anyTrue": function(_booleans(any), returns=_BOOLEAN, single=True),
    "allFalse": function(_booleans(lambda values: not any(values)), returns=_BOOLEAN, single=True),
    "anyFalse": function(_booleans(lambda values: not all(values)), returns=_BOOLEAN, single=True),
    "subsetOf": function(_subset_of, "items", returns=_BOOLEAN, single=True),
    "supersetOf": function(_superset_of, "items", returns=_BOOLEAN, single=True),
    "count": function(_count, returns="System.Integer", single=True),
    "distinct": function(_distinct, returns="input"),
    "isDistinct": function(_is_distinct, returns=_BOOLEAN, single=True),
    "not": function(_not, returns=_BOOLEAN, single=True),
}
