"""Chains and `_has`, by asking the other side first (https://hl7.org/fhir/R4/search.html#chaining)."""

from __future__ import annotations

from typing import Protocol

from fhir_kernel.store import criteria as asked
from fhir_kernel.store.criteria import Criterion
from fhir_kernel.store.records import Key


class OtherSide(Protocol):
    """Answers about resources that references lead to or come from."""

    async def those(self, resource_type: str, criterion: Criterion) -> list[Key]:
        """All current resources of the type that meet the criterion."""

    async def known(self, resource_type: str, match: asked.Match) -> asked.Match:
        """The same without tests for codes that no resource has."""

    async def referred(self, resource_type: str, criterion: Criterion, parameter: str, target: str) -> set[str]:
        """The ids of the target type that those which meet the criterion refer to."""


async def without_joins(resource_type: str, criterion: Criterion, other: OtherSide) -> Criterion:
    """The same criterion for one type, chains replaced by the references that they lead to and `_has` by ids.

    Of long lists of codes those are left that there are.
    """
    match criterion:
        case asked.Match():
            return await other.known(resource_type, criterion)
        case asked.Chain(parameter, types, inner):
            targets = [key for each in dict.fromkeys(types) for key in await other.those(each, inner)]
            return asked.Match(parameter, tuple(asked.ReferenceTest(type=key.type, id=key.id) for key in targets))
        case asked.Has(source, parameter, inner):
            return asked.WithId(frozenset(await other.referred(source, inner, parameter, resource_type)))
        case asked.All(parts):
            return asked.All(tuple([await without_joins(resource_type, part, other) for part in parts]))
        case asked.Some(parts):
            return asked.Some(tuple([await without_joins(resource_type, part, other) for part in parts]))
        case asked.Not(part):
            return asked.Not(await without_joins(resource_type, part, other))
        case asked.OfTypes(types, inner):
            return await without_joins(resource_type, inner, other) if resource_type in types else asked.Some()
    return criterion
