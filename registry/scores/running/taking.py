"""Takes the scores of a period: everybody, institution by institution, so that few are held at a time.

A snapshot is kept whole or not at all. Taken again of the same, it is the same one; of two that are taken at once and
differ, the second is refused.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from conformance.scoring.expectations import Institution
from conformance.scoring.period import Period, month
from conformance.scoring.snapshot import Row, assemble
from fhir_kernel.packages.progress import Progress, silent
from fhir_kernel.store.base import Reader, Store, Transaction
from registry.refusal import refused
from registry.scores.counting.catching_up import catch_up
from registry.scores.counting.reading import kept_days_of
from registry.scores.refusing import refusing
from registry.scores.running.around import Around
from registry.scores.running.gathering import everybody, known_of, terms_now
from registry.scores.running.lots import LotScorer
from registry.scores.running.products import keep_products
from registry.scores.running.scoring import Made, lists_of, score_everybody
from registry.scores.running.snapshots import KeptSnapshot, keep_rows, newest_of, save_head
from registry.scores.running.terms import Terms


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it."""

    snapshot: KeptSnapshot
    is_new: bool
    """False where the newest snapshot of the period says the same."""
    unclassified: tuple[str, ...]
    """Institutions without a class, which are not scored."""


@dataclass(frozen=True, slots=True)
class Tried:
    """The row of one institution, of which nothing was kept."""

    row: Row
    """As in a snapshot."""
    unclassified: tuple[str, ...]


async def take_score(
    store: Store,
    period: str,
    around: Around,
    now: datetime,
    *,
    seed: int | None = None,
    by: str = "",
    told: Progress = silent,
) -> Taken:
    """Score everybody for a month such as `2026-10`, and keep it. Raises Refused, StoreError."""
    with refusing():
        days = month(period, now.astimezone(around.zone).date())
    return await take_days(store, period, days, around, now, seed=seed, by=by, told=told)


async def take_days(
    store: Store,
    period: str,
    days: Period,
    around: Around,
    now: datetime,
    *,
    seed: int | None = None,
    by: str = "",
    told: Progress = silent,
) -> Taken:
    """The same for days that are known under the name `period`."""
    with refusing():
        await catch_up(store, around.zone)
        before = await newest_of(store, period)
        terms = await terms_now(store, days, around, seed)
        who = await everybody(store)
        known = await known_of(store, who.scored, days)
        made = await score_everybody(store, terms, known, around.scorer, told)
    head = _head(period, terms, made, now, by)
    kept, is_new = await _numbered(store, head, before)
    if is_new:
        await _keep_contents(store, terms, made, known)
        kept, is_new = await store.commit(lambda transaction: _keep(transaction, head, before))
    return Taken(kept, is_new, who.unclassified)


async def try_score(
    store: Store, period: str, around: Around, now: datetime, institution: str, *, seed: int | None = None
) -> Tried:
    """Score one institution for a month, and keep nothing. Raises Refused, StoreError."""
    with refusing():
        days = month(period, now.astimezone(around.zone).date())
        await catch_up(store, around.zone)
        terms = await terms_now(store, days, around, seed)
        who = await everybody(store)
        scored = [each for each in who.scored if each.id == institution]
        if not scored:
            raise _not_scored(institution, institution in who.unclassified)
        work = LotScorer(terms, await known_of(store, scored, days), await lists_of(store))
        tallies = await kept_days_of(store, institution, days.begin, days.end, terms.generation)
        made = await asyncio.to_thread(lambda: assemble(work.basis, work([tallies] if tallies else ()).rows))
    (row,) = made.document["scores"]
    return Tried(row, who.unclassified)


def _head(period: str, terms: Terms, made: Made, now: datetime, by: str) -> KeptSnapshot:
    return KeptSnapshot(
        id="",
        month=period,
        begin=terms.period.begin,
        end=terms.period.end,
        digest=made.snapshot.digest,
        terms=hashlib.sha256(terms.content()).hexdigest(),
        taken=now,
        by=by,
        seed=terms.seed,
        pack=terms.pack.name,
        policy=terms.policy.version,
        engine=terms.engine,
        terminology=terms.terminology,
        generation=terms.generation,
        errata=terms.errata,
        institutions=len(made.rows),
    )


async def _keep_contents(store: Store, terms: Terms, made: Made, known: Sequence[Institution]) -> None:
    """All that a head names, before it does."""
    digest = await store.keep(made.snapshot.content)
    await store.keep(terms.content())
    await keep_rows(store, digest, made.rows, {each.id: each for each in known})
    await keep_products(store, digest, made.products)


async def _keep(transaction: Transaction, head: KeptSnapshot, before: KeptSnapshot | None) -> tuple[KeptSnapshot, bool]:
    kept, is_new = await _numbered(transaction, head, before)
    if is_new:
        await save_head(transaction, kept)
    return kept, is_new


async def _numbered(reader: Reader, head: KeptSnapshot, before: KeptSnapshot | None) -> tuple[KeptSnapshot, bool]:
    """The head with its number, and whether it is another than there is. Raises Refused (conflict)."""
    newest = await newest_of(reader, head.month)
    if newest is not None and newest.digest == head.digest:
        return newest, False
    if newest is not None and newest != before:
        en = f"{newest.id} was taken meanwhile and says otherwise; expected nobody to take {head.month} at once"
        raise refused("conflict", en, f"期间已生成内容不同的快照 {newest.id}；请勿同时评分", "period")
    number = 1 if newest is None else newest.number + 1
    return replace(head, id=f"{head.month}-{number}"), True


def _not_scored(institution: str, is_known: bool) -> Exception:
    if is_known:
        en = f"{institution} has no class; expected one, such as tertiary-a"
        return refused("conflict", en, f"机构 {institution} 未归类；应有类别，如 tertiary-a", "institution")
    en = f"there is no institution {institution} in the register"
    return refused("missing", en, f"登记中没有机构 {institution}", "institution")
