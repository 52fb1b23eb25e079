"""What a search looks at: never more than the scopes of who asks, neither of the type it asks for nor by a chain.

https://hl7.org/fhir/R4/search.html#chaining and `_has`; what comes along with a page is a matter of `sight`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fhir_kernel.store.criteria import All, Chain, Criterion, Has, Not, OfTypes, Query, Some
from fhir_kernel.store.records import Version
from fhir_server.identity.authenticate import Caller, allow
from fhir_server.identity.narrowing import Part


def within_reach(caller: Caller | None, query: Query) -> Query:
    """The query, finding and looking at only what the caller may search.

    Raises RequestRefused (403) where it looks at a type of which that is nothing, and, of several types at once, where
    it is not everything.
    """
    if caller is None:
        return query
    criterion = _within(caller, query.criterion)
    if len(query.types) == 1:
        return replace(query, criterion=_both(criterion, caller.part("s", query.types[0])))
    for each in query.types:
        allow(caller, "search-type", each)
    return replace(query, criterion=criterion)


def sight(caller: Caller | None) -> Callable[[Version], bool]:
    """Says whether the caller may see a current version that others lead to."""
    if caller is None:
        return lambda _version: True
    parts: dict[str, Part | None] = {}

    def sees(version: Version) -> bool:
        resource_type = version.key.type
        if not caller.may(resource_type, "r"):
            return False
        if resource_type not in parts:
            parts[resource_type] = caller.part("r", resource_type)
        part = parts[resource_type]
        return part is None or part.has_version(version)

    return sees


def _within(caller: Caller, criterion: Criterion) -> Criterion:
    match criterion:
        case Chain(parameter, types, inner):
            return _chain(caller, parameter, types, _within(caller, inner))
        case Has(type_, parameter, inner):
            return Has(type_, parameter, _both(_within(caller, inner), caller.part("s", type_)))
        case All(parts):
            return All(tuple(_within(caller, part) for part in parts))
        case Some(parts):
            return Some(tuple(_within(caller, part) for part in parts))
        case Not(part):
            return Not(_within(caller, part))
        case OfTypes(types, part):
            return OfTypes(types, _within(caller, part))
        case _:
            return criterion


def _chain(caller: Caller, parameter: str, types: tuple[str, ...], inner: Criterion) -> Criterion:
    """Scopes may narrow one of the types to which a reference leads, and another not."""
    parts = {each: caller.part("s", each) for each in types}
    if all(part is None for part in parts.values()):
        return Chain(parameter, types, inner)
    return Some(tuple(Chain(parameter, (each,), _both(inner, part)) for each, part in parts.items()))


def _both(criterion: Criterion, part: Part | None) -> Criterion:
    if part is None:
        return criterion
    return part.criterion if criterion == All() else All((criterion, part.criterion))
