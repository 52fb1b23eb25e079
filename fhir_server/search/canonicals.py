"""Chains, `_has` and what is included over canonicals: these name a resource by its url and business version.

https://hl7.org/fhir/R4/references.html#canonical and https://hl7.org/fhir/R4/search.html#versions; one without a
version names every version that is stored. Stores do not follow names: those that a search leads by are asked for
first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fhir_kernel.codec.json_codec import parse_json
from fhir_kernel.resource import Resource
from fhir_kernel.store.base import Reader
from fhir_kernel.store.criteria import (
    All,
    Chain,
    Criterion,
    Has,
    Match,
    Query,
    ReferenceTest,
    Some,
    TokenTest,
    UriTest,
)
from fhir_kernel.store.values import ANY
from fhir_server.search.context import Canonical, CanonicalQuestion, Question, SearchContext, SearchLimits, too_much
from fhir_server.search.index import SearchIndex
from fhir_server.search.indexed import check_indexed

Within = Callable[[Query], Query]
"""Narrows a query to what whoever asks may search. Raises RequestRefused."""


@dataclass(frozen=True, slots=True)
class Canonicals:
    """Makes criteria that lead by references and by canonicals alike; what must be asked gathers in `questions`."""

    index: SearchIndex
    context: SearchContext
    questions: list[Question]

    def chain(
        self, types: Sequence[str], code: str, targets: Sequence[str], inner: Criterion, *, is_known: bool
    ) -> Criterion:
        """A reference of `types` leads to one of `targets` that meets `inner`; what is asked there `is_known`."""
        chain = Chain(code, tuple(targets), inner)
        named = [each for each in targets if self.index.is_canonical(each)]
        if not named or not self._may_name(types, code):
            return chain
        found = self._asked([CanonicalQuestion(each, "", inner) for each in named] if is_known else ())
        return Some((chain, Match(code, naming(found)))) if found else chain

    def has(self, types: Sequence[str], source: str, code: str, inner: Criterion, *, is_known: bool) -> Criterion:
        """Resources of the type `source` that meet `inner` refer to some of `types`; what is asked there `is_known`."""
        has = Has(source, code, inner)
        if not all(map(self.index.is_canonical, types)) or not self._may_name((source,), code):
            return has
        check_indexed(self.index, types, ("url", "version"))
        found = self._asked([CanonicalQuestion(source, code, inner)] if is_known else ())
        return Some((has, *named_so(found))) if found else has

    def _may_name(self, types: Sequence[str], code: str) -> bool:
        return any(self.index.names_canonicals(each, code) for each in types)

    def _asked(self, questions: Sequence[CanonicalQuestion]) -> Sequence[Canonical]:
        """The answers that are there; the other questions are to be asked."""
        known = self.context.canonicals
        self.questions.extend(each for each in questions if each not in known)
        return list(dict.fromkeys(canonical for each in questions for canonical in known.get(each, ())))


def naming(canonicals: Sequence[Canonical]) -> tuple[ReferenceTest, ...]:
    """Tests of what names resources that have these urls and versions: by their version, or by none."""
    of_any = dict.fromkeys(each.url for each in canonicals)
    versioned = [ReferenceTest(url=each.url, version=each.version) for each in canonicals if each.version]
    return (*(ReferenceTest(url=each, version=ANY) for each in of_any), *versioned)


def named_so(canonicals: Sequence[Canonical]) -> Iterator[Criterion]:
    """What resources that are named by one of these meet one of."""
    of_any = [each.url for each in canonicals if not each.version]
    if of_any:
        yield Match("url", tuple(UriTest("equal", each) for each in of_any))
    for each in canonicals:
        if each.version and each.url not in of_any:
            version = Match("version", (TokenTest(None, each.version),))
            yield All((Match("url", (UriTest("equal", each.url),)), version))


async def answered(
    question: CanonicalQuestion, index: SearchIndex, store: Reader, limits: SearchLimits, within: Within
) -> Sequence[Canonical]:
    """The canonicals that a question asks for. Raises RequestRefused where they are too many or hidden."""
    query = Query((question.type,), question.criterion, count=limits.canonicals + 1)
    found = await store.search(within(query))
    if len(found.keys) > limits.canonicals:
        raise too_much(
            question.parameter,
            f"the search leads by canonicals from or to more than {limits.canonicals} resources of type "
            f"{question.type}; ask for less at once",
        )
    versions = await store.read_many(found.keys)
    resources = [parse_json(each.body) for each in versions.values() if each.body is not None]
    named = (each for row in resources for each in _canonicals(row, question.parameter, index))
    return list(dict.fromkeys(named))


def _canonicals(resource: Resource, parameter: str, index: SearchIndex) -> Sequence[Canonical]:
    return names_in(resource, parameter, index) if parameter else names_of(resource)


def names_of(resource: Resource) -> Sequence[Canonical]:
    """By what canonicals name a resource; nothing where it has no url."""
    url, version = resource.get("url"), resource.get("version")
    return [Canonical(url, version if isinstance(version, str) else "")] if isinstance(url, str) else []


def names_in(resource: Resource, parameter: str, index: SearchIndex) -> Sequence[Canonical]:
    """The canonicals that a resource names in a parameter."""
    if not index.names_canonicals(str(resource["resourceType"]), parameter):
        return []
    found = (each for each in index.references(resource, parameter) if each.url)
    return [Canonical(each.url, "" if each.version == ANY else each.version) for each in found]
