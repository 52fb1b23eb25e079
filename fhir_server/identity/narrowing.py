"""The resources that a scope with criteria means: understood as a search, and asked of each resource.

https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html (finer-grained constraints). A criterion is about
the resource alone, so that whether it holds can be said of one that is not stored yet. What cannot be said is not
allowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fhir_kernel.clock import Clock
from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.errors import PlumblineError
from fhir_kernel.resource import Resource
from fhir_kernel.store.criteria import All, Criterion, Some
from fhir_kernel.store.evaluate import Candidate, meets
from fhir_kernel.store.records import Key, Version
from fhir_kernel.store.values import Value
from fhir_server.exchange import Pairs
from fhir_server.outcomes import RequestRefused
from fhir_server.search.context import SearchContext
from fhir_server.search.index import SearchIndex
from fhir_server.search.parse import parse_search

Values = Callable[[Resource], Mapping[str, Sequence[Value]]]
"""Says by what a resource is found."""
_LATER = 503
_OF_ALL = frozenset(("_id", "_profile", "_security", "_source", "_tag"))
"""The parameters of every type that say something of the resource itself."""


class CriteriaRefused(PlumblineError):
    """Criteria of a scope that cannot be kept to; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Part:
    """Those resources of one type that meet a criterion."""

    criterion: Criterion
    values: Values

    def has(self, resource: Resource) -> bool:
        """Whether the resource is one of them."""
        key = Key(str(resource.get("resourceType")), str(resource.get("id", "")))
        return meets(_Alone(key, self.values(resource)), self.criterion, _NOWHERE)

    def has_version(self, version: Version | None) -> bool:
        """Whether there is a version, and it is no deletion, of which nothing can be said, and it is one of them."""
        return version is not None and version.body is not None and self.has(parse_json(version.body))


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Understands the criteria of scopes by the search parameters of `index`."""

    index: SearchIndex
    clock: Clock

    def part(self, resource_type: str, alternatives: Iterable[Pairs]) -> Part:
        """Those resources of a type that meet all criteria of one of `alternatives`. See `criterion_of`."""
        types = (resource_type,)
        found = [criterion_of(self.index, types, criteria, self.clock()) for criteria in alternatives]
        return Part(found[0] if len(found) == 1 else Some(tuple(found)), self.index.values)


def criterion_of(index: SearchIndex, types: tuple[str, ...], criteria: Pairs, now: datetime) -> Criterion:
    """What resources of `types` must meet.

    Raises CriteriaRefused; RequestRefused (503) where resources have yet to be indexed by what the criteria ask for.
    """
    for name, _ in criteria:
        if "." in name or (name.startswith("_") and name.partition(":")[0] not in _OF_ALL):
            text = "expected parameters of the resource itself, without chains and without those that shape a result"
            raise CriteriaRefused(f"'{name}' cannot be a criterion of a scope; {text}")
    try:
        parsed = parse_search(index, types, criteria, SearchContext(now))
    except RequestRefused as error:
        if error.status == _LATER:
            raise
        raise CriteriaRefused(str(error)) from error
    if parsed.questions:
        text = "which terminology would have to be asked about at each look; expected codes themselves"
        raise CriteriaRefused(f"a criterion asks for codes of '{parsed.questions[0].text}', {text}")
    if parsed.query.criterion == All():
        raise CriteriaRefused("the criteria do not narrow anything")
    return parsed.query.criterion


@dataclass(frozen=True, slots=True)
class _Alone:
    """A resource apart from all others; when it was written is none of a scope's criteria."""

    key: Key
    values: Mapping[str, Sequence[Value]]
    updated: int = 0


class _Nowhere:
    """No other resources: no criterion of a scope leads to them. Implements fhir_kernel.store.evaluate.World."""

    def get(self, _key: Key) -> Candidate | None:
        return None

    def of_type(self, _resource_type: str) -> Iterable[Candidate]:
        return ()


_NOWHERE = _Nowhere()
