"""What conditional references in a transaction mean (https://hl7.org/fhir/R4/http.html#trules).

They are resolved last: as if everything that the transaction creates, updates and deletes had been done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Reader
from fhir_kernel.store.criteria import Query
from fhir_kernel.store.evaluate import meets
from fhir_kernel.store.records import Key
from fhir_kernel.store.values import Value
from fhir_server.intents import Criteria
from fhir_server.outcomes import refused

Values = Callable[[Resource], Mapping[str, Sequence[Value]]]
"""Says by what a resource is found."""
Contents = Mapping[Key, Resource | None]
"""What becomes of resources; None: they are deleted."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def referred(
    reader: Reader, references: Mapping[str, Criteria], contents: Contents, values: Values, now: datetime
) -> dict[str, str]:
    """For each conditional reference the one resource that it means, as `Type/id`.

    Chains of criteria lead from what is stored to what is stored, and within the transaction to what is in it.
    Raises RequestRefused (412) where a reference means no resource, or several.
    """
    new = _New(contents, values, (now - _EPOCH) // timedelta(microseconds=1))
    found: dict[str, str] = {}
    for text, criteria in references.items():
        met = [*await _stored(reader, criteria.query, contents), *new.meeting(criteria.query)]
        if len(met) > 1:
            raise refused("multiple-matches", f"The reference '{text}' means more than one resource; expected one")
        if not met:
            raise refused("not-found", f"The reference '{text}' means no resource; expected one", status=412)
        found[text] = str(met[0])
    return found


async def _stored(reader: Reader, query: Query, contents: Contents) -> Sequence[Key]:
    """Two at most of those that are met and that the transaction leaves alone."""
    written = sum(key.type in query.types for key in contents)
    page = await reader.search(replace(query, count=written + 2))
    return [key for key in page.keys if key not in contents][:2]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A resource as it will be."""

    key: Key
    updated: int
    values: Mapping[str, Sequence[Value]]


class _New:
    """What a transaction writes, as far as references look for it. Implements fhir_kernel.store.evaluate.World."""

    def __init__(self, contents: Contents, values: Values, now: int) -> None:
        self._contents, self._values, self._now = contents, values, now
        self._candidates: dict[Key, _Candidate] = {}

    def meeting(self, query: Query) -> Sequence[Key]:
        """Those of the right type that meet the query."""
        candidates = (each for resource_type in query.types for each in self.of_type(resource_type))
        return [each.key for each in candidates if meets(each, query.criterion, self)]

    def get(self, key: Key) -> _Candidate | None:
        content = self._contents.get(key)
        if content is None:
            return None
        if key not in self._candidates:
            self._candidates[key] = _Candidate(key, self._now, self._values(content))
        return self._candidates[key]

    def of_type(self, resource_type: str) -> Iterable[_Candidate]:
        found = (self.get(key) for key in self._contents if key.type == resource_type)
        return (each for each in found if each is not None)
