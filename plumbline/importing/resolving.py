"""References that are searches, replaced by what they mean before they are written.

https://hl7.org/fhir/R4/http.html#trules. They look at what is stored and at the batch as if it had been written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from conformance.vocabulary import Vocabulary
from fhir_kernel.clock import Clock
from fhir_kernel.definitions.model import Model
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Reader
from fhir_kernel.store.criteria import All
from fhir_server.intents import Criteria
from fhir_server.links import relinked
from fhir_server.outcomes import RequestRefused, refused
from fhir_server.query import query_pairs
from fhir_server.referring import Values, referred
from fhir_server.search.context import SearchContext
from fhir_server.search.index import SearchIndex
from fhir_server.search.parse import parse_search
from plumbline.importing.prepared import Prepared, Ready, Refused
from plumbline.importing.preparing import with_others
from plumbline.importing.values import encoded_values

CriteriaOf = Callable[[str], Criteria]
"""Understands a reference that is a search. Raises RequestRefused."""


def criteria_by(index: SearchIndex, clock: Clock) -> CriteriaOf:
    """Understands references by the search parameters of `index`."""

    def criteria(text: str) -> Criteria:
        kind, _, query = text.partition("?")
        parsed = parse_search(index, (kind,), query_pairs(query), SearchContext(clock()))
        if parsed.questions:
            told = f"The reference '{text}' asks for codes by value set or hierarchy, or leads by a canonical; "
            told += "expected criteria without"
            raise refused("not-supported", told)
        if parsed.query.criterion == All():
            raise refused("required", f"The reference '{text}' does not say which {kind} is meant; expected criteria")
        return Criteria(replace(parsed.query, sort=(), total=False), text)

    return criteria


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves the references of documents that are to be written together."""

    reader: Reader
    criteria: CriteriaOf
    values: Values
    model: Model
    clock: Clock

    async def __call__(self, documents: Sequence[Prepared]) -> Sequence[Prepared]:
        """The documents with what can be written, and with refusals of what refers to none or to several."""
        if not any(each.searches for document in documents for each in document.ready):
            return documents
        while True:
            found = await self._found([each for document in documents for each in document.ready])
            kept = [_without(each, found.failed) for each in documents]
            if kept == list(documents):
                return [self._resolved(each, found.targets) for each in documents]
            documents = kept

    async def _found(self, ready: Sequence[Ready]) -> _Found:
        contents = {each.key: each.resource for each in ready}
        found = _Found({}, {})
        for text in dict.fromkeys(text for each in ready for text in each.searches):
            try:
                criteria = {text: self.criteria(text)}
                found.targets.update(await referred(self.reader, criteria, contents, self.values, self.clock()))
            except RequestRefused as error:
                found.failed[text] = error
        return found

    def _resolved(self, document: Prepared, targets: Mapping[str, str]) -> Prepared:
        return replace(document, ready=tuple(self._linked(each, targets) for each in document.ready))

    def _linked(self, ready: Ready, targets: Mapping[str, str]) -> Ready:
        if not ready.searches:
            return ready
        resource = relinked(ready.resource, targets, self.model)
        found = ready.found
        if found is not None and found.scored is not None:
            found = found._replace(scored=found.scored.of(resource))
        values = encoded_values(self.values(self._tagged(ready, resource)))
        return ready._replace(resource=resource, found=found, values=values)

    def _tagged(self, ready: Ready, resource: Resource) -> Resource:
        if ready.found is None:
            return resource
        return ready.found.judgement(Vocabulary(self.model)).tagged(resource)


@dataclass(frozen=True, slots=True)
class _Found:
    """What references mean, and why others mean nothing."""

    targets: dict[str, str] = field(default_factory=dict)
    failed: dict[str, RequestRefused] = field(default_factory=dict)


def _without(document: Prepared, failed: Mapping[str, RequestRefused]) -> Prepared:
    """The document without what refers to what is not found; of a transaction nothing is left then."""
    refusals = [_refusal(each, failed) for each in document.ready if not failed.keys().isdisjoint(each.searches)]
    if not refusals:
        return document
    rest = tuple(each for each in document.ready if failed.keys().isdisjoint(each.searches))
    if document.all_or_none:
        refusals, rest = [*refusals, *map(with_others, rest)], ()
    return replace(document, ready=rest, refused=(*document.refused, *refusals))


def _refusal(ready: Ready, failed: Mapping[str, RequestRefused]) -> Refused:
    issues = [issue for text in ready.searches if text in failed for issue in failed[text].issues]
    return Refused(str(ready.key), issues, ready.resource)
