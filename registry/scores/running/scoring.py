"""Scores everybody by given terms: tallies are read institution by institution, and scored a lot at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.scoring.expectations import Institution
from conformance.scoring.snapshot import Row, Snapshot, assemble
from fhir_kernel.packages.progress import Progress
from fhir_kernel.store.base import Reader, Store
from registry.scores.counting.names import day_of
from registry.scores.counting.reading import KeptDay, stream_days
from registry.scores.lists import all_lists
from registry.scores.running.around import Scorer
from registry.scores.running.lots import Lists, LotScorer, Scored
from registry.scores.running.product_counts import Products, add_products, product_documents
from registry.scores.running.terms import Terms

_LOT = 32
"""Institutions that are scored at a time."""
STAGE = "score"


@dataclass(frozen=True, slots=True)
class Made:
    """A snapshot that was not kept yet, its rows, and the scores of products as they are kept."""

    snapshot: Snapshot
    rows: Sequence[Row]
    products: Sequence[Mapping[str, Any]]


async def lists_of(reader: Reader) -> Lists:
    """The rule lists by which anything was ever judged."""
    lists = await all_lists(reader)
    return {digest: (each.profile, tuple(rule.id for rule in each.rules)) for digest, each in lists.items()}


async def score_everybody(
    store: Store, terms: Terms, known: Sequence[Institution], scorer: Scorer, told: Progress
) -> Made:
    """Who has sent nothing is scored too; tallies of whoever is not known are left out."""
    work = LotScorer(terms, known, await lists_of(store))
    rows: list[Row] = []
    products: Products = {}
    async for made in _scored(_lots(store, terms, frozenset(each.id for each in known)), work, scorer):
        rows += made.rows
        add_products(products, made.products, terms.layout)
        told(STAGE, len(rows), len(known))
    snapshot = await asyncio.to_thread(assemble, work.basis, rows)
    told(STAGE, len(known), len(known))
    found = await asyncio.to_thread(lambda: (snapshot.document["scores"], product_documents(products, terms)))
    return Made(snapshot, *found)


async def _lots(store: Store, terms: Terms, known: frozenset[str]) -> AsyncIterator[list[Sequence[KeptDay]]]:
    lot: list[Sequence[KeptDay]] = []
    async for days in stream_days(store, terms.period.begin, terms.period.end, terms.generation):
        if day_of(days[0][0]).institution in known:
            lot.append(days)
        if len(lot) == _LOT:
            yield lot
            lot = []
    if lot:
        yield lot


async def _scored(
    lots: AsyncIterator[list[Sequence[KeptDay]]], work: LotScorer, scorer: Scorer
) -> AsyncIterator[Scored]:
    """In the order of lots; a few are under way while others are read."""
    under_way: deque[asyncio.Task[Scored]] = deque()
    try:
        async for lot in lots:
            under_way.append(asyncio.create_task(scorer.score(work, lot)))
            if len(under_way) > scorer.at_once:
                yield await under_way.popleft()
        while under_way:
            yield await under_way.popleft()
    finally:
        for each in under_way:
            each.cancel()
