"""Filtering and projection (https://hl7.org/fhirpath/N1/index.html#filtering-and-projection)."""

from __future__ import annotations

from functools import cmp_to_key

from fhir_kernel.fhirpath.compare import compare, identity
from fhir_kernel.fhirpath.convert import single, truth
from fhir_kernel.fhirpath.environment import Environment
from fhir_kernel.fhirpath.functions.signature import Function, Lambda, function
from fhir_kernel.fhirpath.values import Item, Items


def where(items: Items, env: Environment, criteria: Lambda) -> Items:
    """The items for which `criteria` is true."""
    env.spend(len(items))
    outer, found = env.index, []
    for env.index, item in enumerate(items):
        if truth(criteria(item, env)) is True:
            found.append(item)
    env.index = outer
    return found


def select(items: Items, env: Environment, projection: Lambda) -> Items:
    """What `projection` gives for each item, in one collection."""
    env.spend(len(items))
    outer = env.index
    found: Items = []
    for env.index, item in enumerate(items):
        found += projection(item, env)
    env.index = outer
    return found


def repeat(items: Items, env: Environment, projection: Lambda) -> Items:
    """What `projection` gives, again and again, each item once."""
    seen, found, pending = set(), [], items
    while pending:
        fresh = []
        for item in select(pending, env, projection):
            key = identity(item)
            if key not in seen:
                seen.add(key)
                fresh.append(item)
        found += fresh
        pending = fresh
    return found


def _repeat_all(items: Items, env: Environment, projection: Lambda) -> Items:
    found: Items = []
    pending = items
    while pending:
        pending = select(pending, env, projection)
        found += pending
    return found


def _aggregate(items: Items, env: Environment, aggregator: Lambda, start: Items | None) -> Items:
    env.spend(len(items))
    outer_index, outer_total = env.index, env.total
    env.total = start or []
    for env.index, item in enumerate(items):
        env.total = aggregator(item, env)
    result, env.index, env.total = env.total, outer_index, outer_total
    return result


def sort(items: Items, env: Environment, *keys: tuple[Lambda, bool]) -> Items:
    """The items by their keys, each with whether it descends; without a key, by themselves. Empty keys come first."""
    env.spend(len(items))
    rows = [(item, _sort_keys(item, env, keys)) for item in items]

    def order(a: tuple[Item, Items], b: tuple[Item, Items]) -> int:
        for (_, descends), x, y in zip(keys or ((None, False),), a[1], b[1], strict=True):
            found = _compare_keys(x, y, descends=descends)
            if found:
                return found
        return 0

    return [item for item, _ in sorted(rows, key=cmp_to_key(order))]


def _sort_keys(item: Item, env: Environment, keys: tuple[tuple[Lambda, bool], ...]) -> Items:
    return [single(key(item, env), "a sort key") for key, _ in keys] if keys else [item]


def _compare_keys(x: Item, y: Item, *, descends: bool) -> int:
    if x is None or y is None:
        return (x is not None) - (y is not None)
    order = compare(x, y) or 0
    return -order if descends else order


FUNCTIONS: dict[str, Function] = {
    "where": function(where, "lambda", returns="input"),
    "select": function(select, "lambda", returns="argument"),
    "repeat": function(repeat, "again", returns="argument"),
    "repeatAll": function(_repeat_all, "again", returns="argument"),
    "aggregate": function(_aggregate, "lambda | items"),
}
