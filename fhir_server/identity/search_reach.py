"""What a search looks at besides the type it asks for: whoever may not search that must not learn of it by a chain.

https://hl7.org/fhir/R4/search.html#chaining and `_has`; what is included is a matter of `Caller.may_see`.
"""

from __future__ import annotations

from collections.abc import Iterator

from fhir_kernel.store.criteria import All, Chain, Criterion, Has, Not, Query, Some
from fhir_server.identity.authenticate import Caller, allow


def check_reach(caller: Caller, query: Query) -> None:
    """Raises RequestRefused (403) where the query looks at resources of a type that the caller may not search."""
    for each in dict.fromkeys((*query.types, *types_within(query.criterion))):
        allow(caller, "search-type", each)


def types_within(criterion: Criterion) -> Iterator[str]:
    """The types to which chains lead, and from which others refer."""
    match criterion:
        case Chain(_, types, inner):
            yield from types
            yield from types_within(inner)
        case Has(type_, _, inner):
            yield type_
            yield from types_within(inner)
        case All(parts) | Some(parts):
            for part in parts:
                yield from types_within(part)
        case Not(part):
            yield from types_within(part)
        case _:
            return
