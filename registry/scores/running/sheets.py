"""The sheet of one institution in a snapshot, made again of the tallies that it was taken of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from conformance.scoring.expectations import Institution, volumes_of
from conformance.scoring.expected import Expected
from conformance.scoring.explain import Explanation, explain
from conformance.scoring.sheet import Sheet
from fhir_kernel.store.base import Store
from registry.scores.counting.reading import kept_days_of
from registry.scores.running.placing import Placing
from registry.scores.running.scoring import lists_of
from registry.scores.running.snapshots import KeptSnapshot, institution_in, terms_in
from registry.scores.running.terms import Terms


@dataclass(frozen=True)
class Laid:
    """What an institution was scored by, and what it sent."""

    terms: Terms
    institution: Institution
    sheet: Sheet

    @cached_property
    def volumes(self) -> Mapping[str, int]:
        """By data set, how many records were expected."""
        return volumes_of(self.institution, self.terms.period)

    @cached_property
    def expected(self) -> Expected:
        """What counts for it."""
        return self.terms.expected(self.institution.class_id)

    def explained(self) -> Explanation:
        """Its score with its reasons; takes a while."""
        return explain(self.sheet, self.expected, self.volumes, self.terms.policy, self.terms.seed)


async def laid_out(store: Store, head: KeptSnapshot, institution: str) -> Laid:
    """Raises Refused (missing), StoreUnavailable."""
    known, terms = await institution_in(store, head, institution), await terms_in(store, head)
    tallies = await kept_days_of(store, institution, head.begin, head.end, head.generation)
    return Laid(terms, known, Placing(terms, await lists_of(store)).sheet(institution, tallies))
