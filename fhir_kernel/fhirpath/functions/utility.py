"""Utility functions (https://hl7.org/fhirpath/N1/index.html#utility-functions): trace, variables."""

from __future__ import annotations

from fhir_kernel.errors import FhirPathEvaluationError
from fhir_kernel.fhirpath.convert import system_value
from fhir_kernel.fhirpath.environment import KNOWN_VARIABLES, Environment, fixed_variable
from fhir_kernel.fhirpath.functions.filtering import select
from fhir_kernel.fhirpath.functions.signature import Function, Lambda, function, typed_value
from fhir_kernel.fhirpath.values import Items


def _trace(items: Items, env: Environment, name: Items, projection: Lambda | None) -> Items:
    if env.trace is not None:
        label = system_value(name[0]) if name else ""
        env.trace(str(label), items if projection is None else select(items, env, projection))
    return items


def _define_variable(items: Items, env: Environment, name: Items, value: Lambda | None) -> Items:
    key = typed_value(name, "String", "the variable's name")
    if key is None:
        return items
    if key in env.defined or key in KNOWN_VARIABLES or fixed_variable(key) is not None:
        raise FhirPathEvaluationError(f"the variable %{key} is defined already")
    found = items
    if value is not None:
        found = value(items, env)
    env.spend(len(found))
    env.defined = {**env.defined, key: found}
    return items


FUNCTIONS: dict[str, Function] = {
    "trace": function(_trace, "items | lambda", returns="input"),
    "defineVariable": function(_define_variable, "items | collection", returns="input"),
}
