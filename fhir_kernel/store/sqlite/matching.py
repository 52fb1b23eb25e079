"""How each class of tests is carried out: a condition on a resource that was found otherwise, and what finds resources.

Conditions are exact; what is found may be too much, never too little.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from fhir_kernel.store import criteria as asked
from fhir_kernel.store.criteria import Test
from fhir_kernel.store.sqlite import measures, references, strings, tokens
from fhir_kernel.store.sqlite.lookups import Held
from fhir_kernel.store.sqlite.rows import IDENTIFIER
from fhir_kernel.store.sqlite.sql import Source, Sql
from fhir_kernel.store.sqlite.world import World

Condition = Callable[[Sequence[Any], Sequence[int], Held, World], Sql]
"""Of tests, the parameters that they are of, and where the values are kept."""

Finder = Callable[[Sequence[Any], Sequence[int], World], Source | None]
"""None where no index helps."""


class Matching(NamedTuple):
    """How tests of a class are carried out on values of a kind."""

    kind: str
    condition: Condition
    source: Finder


MATCHINGS: Mapping[type[Test], Matching] = {
    asked.TokenTest: Matching("t", tokens.token_condition, tokens.token_source),
    asked.TokenTextTest: Matching("t", tokens.shown_condition, tokens.shown_source),
    asked.ReferenceTest: Matching("r", references.reference_condition, references.reference_source),
    asked.ReferenceIdentifierTest: Matching(IDENTIFIER, tokens.identifier_condition, tokens.identifier_source),
    asked.StringTest: Matching("s", strings.string_condition, strings.string_source),
    asked.UriTest: Matching("u", strings.uri_condition, strings.uri_source),
    asked.DateTest: Matching("d", measures.date_condition, measures.date_source),
    asked.NumberTest: Matching("n", measures.amounts_condition, measures.numbers_source),
    asked.QuantityTest: Matching("q", measures.amounts_condition, measures.quantities_source),
    asked.NearTest: Matching("p", measures.near_condition, measures.near_source),
    asked.TextTest: Matching("x", strings.passage_condition, strings.passage_source),
}
"""Every class of tests but CompositeTest, which is made of the others."""
