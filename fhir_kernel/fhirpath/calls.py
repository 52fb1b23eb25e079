"""Function calls compiled by their row in the table (https://hl7.org/fhirpath/N1/index.html#functions)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fhir_kernel.fhirpath.code import NO_VALUE, Code, Run, value_code
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.functions.signature import Function, checked_value
from fhir_kernel.fhirpath.values import Item, Items


def call(function: Function, target: Code, arguments: Sequence[Code]) -> Code:
    """`target.function(arguments)`."""
    if function.on_value is not None and target.value is not None and all(each.value for each in arguments):
        return _on_value(function, target, arguments)
    type_name = _result_type(function, target, arguments)
    is_single = function.is_single or (function.returns == "input" and target.is_single)
    return Code(_run(function, target.items, arguments), type_name, is_single)


def _result_type(function: Function, target: Code, arguments: Sequence[Code]) -> str | None:
    if function.returns == "input":
        return target.type
    if function.returns == "argument":
        return arguments[0].type
    return None if function.returns == "Resource" else function.returns


def _run(function: Function, source: Run, arguments: Sequence[Code]) -> Run:
    run = function.run
    missing = (None,) * (len(function.parameters) - len(arguments))
    given = [each.items for each in arguments]
    if not arguments:
        return lambda this, env: run(source(this, env), env, *missing)
    if len(given) == 1 and function.parameters[0] == "items":
        argument = given[0]
        return lambda this, env: run(source(this, env), env, argument(this, env), *missing)
    if all(kind != "items" for kind in function.parameters[: len(given)]):
        lambdas = (*given, *missing)
        return lambda this, env: run(source(this, env), env, *lambdas)
    evaluated = [(each, kind == "items") for each, kind in zip(given, function.parameters, strict=False)]

    def mixed(this: Any, env: Environment) -> Items:
        items = source(this, env)
        values = [each(this, env) if now else each for each, now in evaluated]
        return run(items, env, *values, *missing)

    return mixed


def _on_value(function: Function, target: Code, arguments: Sequence[Code]) -> Code:
    """Over single values: no lists are made, and an absent argument is None."""
    assert function.on_value is not None
    run, types = function.on_value, function.value_types
    missing = (None,) * (len(types) - 1 - len(arguments))
    source = _checked(target, types[0], "the input")
    given = [_checked(each, kind, "the argument") for each, kind in zip(arguments, types[1:], strict=False)]
    if len(given) == 1:
        first = given[0]

        def with_one(this: Any, env: Environment) -> Item:
            value = source(this, env)
            argument = first(this, env)
            return None if value is None or argument is None else run(value, argument, *missing)

        return value_code(with_one, function.returns)

    def with_any(this: Any, env: Environment) -> Item:
        value = source(this, env)
        values = [each(this, env) for each in given]
        return None if value is None or None in values else run(value, *values, *missing)

    return value_code(with_any, function.returns)


def _checked(code: Code, type_name: str, what: str) -> Callable[[Any, Environment], Item]:
    value = code.value
    assert value is not None
    expected = {"String": str, "Boolean": bool, "Integer": int}.get(type_name)

    def checked(this: Any, env: Environment) -> Item:
        found = value(this, env)
        if found is None or found.__class__ is expected:
            return found
        if found is NO_VALUE:
            return None
        return found if type_name == "Any" else checked_value(found, type_name, what)

    return checked
