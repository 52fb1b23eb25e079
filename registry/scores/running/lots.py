"""Scores a lot of institutions from their tallies as they are kept: the part of a run that any process can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from conformance.scoring.expectations import Institution
from conformance.scoring.snapshot import Basis, Row, score_rows
from registry.scores.counting.names import day_of
from registry.scores.counting.reading import KeptDay
from registry.scores.running.placing import Placing
from registry.scores.running.product_counts import Products, add_counts
from registry.scores.running.terms import Terms

Lot = Sequence[Sequence[KeptDay]]
"""The days of each of some institutions."""
Lists = Mapping[str, tuple[str, Sequence[str]]]
"""By digest, the profile of a rule list and the ids of its rules."""


@dataclass(frozen=True, slots=True)
class Scored:
    """The rows of a lot, and what came by each product."""

    rows: Sequence[Row]
    products: Products


@dataclass(frozen=True)
class LotScorer:
    """Made for one run."""

    terms: Terms
    known: Sequence[Institution]
    lists: Lists

    @cached_property
    def basis(self) -> Basis:
        """Everything but the tallies."""
        return self.terms.basis(self.known)

    @cached_property
    def placing(self) -> Placing:
        """What lays tallies into sheets."""
        return Placing(self.terms, self.lists)

    def __call__(self, lot: Lot) -> Scored:
        """Score them."""
        products: Products = {}
        sheets = (
            self.placing.sheet(
                day_of(days[0][0]).institution, days, lambda of, counts: add_counts(products, of, counts)
            )
            for days in lot
        )
        return Scored(list(score_rows(self.basis, sheets)), products)
