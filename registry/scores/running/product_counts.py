"""Adds up what came of each product while institutions are scored, so that no sheet is held for it."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from conformance.scoring.assess import Assessment
from conformance.scoring.canonical import plain
from conformance.scoring.counting.deltas import Day
from conformance.scoring.expectations import InstitutionClass
from conformance.scoring.expected import expected_of
from conformance.scoring.products import assess_product
from conformance.scoring.said import ScoringRefused
from conformance.scoring.sheet import Layout, Sheet
from registry.scores.running.terms import Terms


@dataclass(slots=True)
class Counts:
    """What came by one product."""

    days: dict[str, int] = field(default_factory=dict)
    """The counters of a day in the order of the layout, as one large number."""
    users: set[str] = field(default_factory=set)


Products = dict[str, Counts]
"""By product and version."""


def add_counts(products: Products, of: Day, counts: array[int]) -> None:
    """Count what an institution sent by a product on a day."""
    number = int.from_bytes(counts.tobytes(), sys.byteorder)
    if of.product and number:
        known = products.setdefault(of.product, Counts())
        known.users.add(of.institution)
        known.days[of.day] = known.days.get(of.day, 0) + number


def add_products(products: Products, more: Products, layout: Layout) -> None:
    """Count what others have counted of a few institutions; a day of which a counter is full grows no further."""
    for name, counts in more.items():
        known = products.setdefault(name, Counts())
        known.users |= counts.users
        for day, number in counts.days.items():
            before = known.days.get(day, 0)
            if not before & layout.beyond:
                known.days[day] = before + number


def product_documents(products: Products, terms: Terms) -> Sequence[Mapping[str, Any]]:
    """The score of each product, as it is kept, in the order of names."""
    return [
        {"product": name, "institutions": len(counts.users), "assessment": plain(_assessed(name, counts, terms))}
        for name, counts in sorted(products.items())
    ]


def _assessed(product: str, counts: Counts, terms: Terms) -> Assessment:
    layout = terms.layout
    every_rule = InstitutionClass(product, tuple(rule.id for rule in layout.pack.rules))
    expected = expected_of(layout, every_rule, (), terms.policy)
    sheet = Sheet(layout, product)
    try:
        for day, number in counts.days.items():
            sheet.add_day(date.fromisoformat(day), array("I", number.to_bytes(4 * layout.width, sys.byteorder)))
        return assess_product(sheet, len(counts.users), expected, terms.policy, terms.seed)
    except ScoringRefused as error:
        nothing = assess_product(Sheet(layout, product), 0, expected, terms.policy, terms.seed)
        return replace(nothing, withheld=(error.said,))
