"""Functions that compile to something quicker than a call, or that a row of the table cannot say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fhir_kernel.fhirpath.code import (
    NO_VALUE,
    Code,
    Test,
    as_some,
    as_test,
    is_node_type,
    test_code,
    value_code,
)
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.functions.fhir import has_value
from fhir_kernel.fhirpath.values import Item, Items

Rule = Callable[[Code, Sequence[Code]], Code | None]
"""From the compiled input and arguments to the compiled call; None where the row of the table does as well."""


def _exists(target: Code, arguments: Sequence[Code]) -> Code:
    if arguments:
        return test_code(_any(target, as_test(arguments[0])))
    return test_code(as_some(target))


def _empty(target: Code, _arguments: Sequence[Code]) -> Code:
    some = as_some(target)
    return test_code(lambda this, env: not some(this, env))


def _any(target: Code, criteria: Test) -> Callable[[Any, Environment], bool]:
    if target.one is not None:
        one = target.one

        def of_one(this: Any, env: Environment) -> bool:
            item = one(this, env)
            if item is None:
                return False
            outer, env.index = env.index, 0
            answer = criteria(item, env)
            env.index = outer
            return answer is True

        return of_one
    source = target.items

    def of_items(this: Any, env: Environment) -> bool:
        items, outer, found = source(this, env), env.index, False
        env.spend(len(items))
        for env.index, item in enumerate(items):
            if criteria(item, env) is True:
                found = True
                break
        env.index = outer
        return found

    return of_items


def _where(target: Code, arguments: Sequence[Code]) -> Code:
    criteria, source = as_test(arguments[0]), target.items

    def items(this: Any, env: Environment) -> Items:
        return _filtered(source(this, env), env, criteria)

    return Code(items, target.type, target.is_single, some=_any(target, criteria))


def _filtered(items: Items, env: Environment, criteria: Test) -> Items:
    env.spend(len(items))
    outer, found = env.index, []
    for env.index, item in enumerate(items):
        if criteria(item, env) is True:
            found.append(item)
    env.index = outer
    return found


def _all(target: Code, arguments: Sequence[Code]) -> Code:
    criteria, source = as_test(arguments[0]), target.items

    def test(this: Any, env: Environment) -> bool:
        items, outer, answer = source(this, env), env.index, True
        env.spend(len(items))
        for env.index, item in enumerate(items):
            if criteria(item, env) is not True:
                answer = False
                break
        env.index = outer
        return answer

    return test_code(test)


def _not(target: Code, _arguments: Sequence[Code]) -> Code:
    inner = as_test(target)

    def test(this: Any, env: Environment) -> bool | None:
        answer = inner(this, env)
        return None if answer is None else not answer

    return test_code(test)


def _count(target: Code, _arguments: Sequence[Code]) -> Code:
    if target.size is not None:
        return value_code(target.size, "System.Integer")
    if target.one is not None:
        some = as_some(target)
        return value_code(lambda this, env: int(some(this, env)), "System.Integer")
    source = target.items
    return value_code(lambda this, env: len(source(this, env)), "System.Integer")


def _has_value(target: Code, _arguments: Sequence[Code]) -> Code:
    if target.value is not None:
        value = target.value

        def of_value(this: Any, env: Environment) -> bool:
            found = value(this, env)
            return found is not None and found is not NO_VALUE

        return test_code(of_value)
    if target.one is not None and is_node_type(target.type):
        one = target.one

        def of_node(this: Any, env: Environment) -> bool:
            node = one(this, env)
            return node is not None and node.value is not None and node.value.__class__ is not dict

        return test_code(of_node)
    source = target.items
    return test_code(lambda this, env: bool(has_value(source(this, env), env)[0]))


def _first(target: Code, _arguments: Sequence[Code]) -> Code:
    source = target.items

    def one(this: Any, env: Environment) -> Item:
        found = source(this, env)
        return found[0] if found else None

    return Code(lambda this, env: source(this, env)[:1], target.type, True, one=one, some=as_some(target))


def _trace(target: Code, arguments: Sequence[Code]) -> Code | None:
    """Nothing is made for a trace that nobody reads."""
    if len(arguments) != 1 or target.one is not None:
        return None
    source, name = target.items, arguments[0].items

    def items(this: Any, env: Environment) -> Items:
        found = source(this, env)
        if env.trace is not None:
            label = name(this, env)
            env.trace(str(label[0]) if label else "", found)
        return found

    return replace(target, items=items, value=None, test=None, some=None, is_this=False, constant=None)


SPECIALS: Mapping[str, Rule] = {
    "exists": _exists,
    "empty": _empty,
    "where": _where,
    "all": _all,
    "not": _not,
    "count": _count,
    "hasValue": _has_value,
    "first": _first,
    "trace": _trace,
}
