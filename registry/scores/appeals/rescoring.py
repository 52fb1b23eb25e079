"""Scores everybody anew in the periods that an erratum concerns, and tells what it changed for whom."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from fhir_kernel.store.base import Reader, Store, Transaction
from registry.refusal import refused
from registry.scores.appeals.corrected import check_corrected
from registry.scores.appeals.errata import Erratum, Rescored, erratum, save_erratum
from registry.scores.running.around import Around
from registry.scores.running.histories import decimal_of
from registry.scores.running.snapshots import KeptSnapshot, all_rows, find_row, snapshot_in, snapshots
from registry.scores.running.taking import take_score


@dataclass(frozen=True, slots=True)
class Difference:
    """One institution before an erratum and after it; a score is None where it is withheld, or was not taken."""

    institution: str
    before: Decimal | None
    after: Decimal | None
    level_before: str
    level_after: str

    @property
    def change(self) -> Decimal | None:
        """By how much the score rose."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def is_concerned(self) -> bool:
        """Whether anything is different."""
        return (self.before, self.level_before) != (self.after, self.level_after)


async def rescore(store: Store, around: Around, number: str, now: datetime, by: str) -> Erratum:
    """Take the scores of all periods that it concerns. Raises Refused: nothing concerned, or not corrected yet."""
    its = await erratum(store, number)
    before = await concerned(store, its)
    if not before:
        en = f"{number} concerns {its.first} to {its.last}; no snapshot that was taken before it touches these days"
        raise refused("conflict", en, f"{number} 涉及 {its.first} 至 {its.last}；此前没有涉及这些日期的快照", "erratum")
    await check_corrected(store, its, before)
    for old in before:
        taken = await take_score(store, old.month, around, now, by=by)
        its = await store.commit(partial(_noted, number, Rescored(old.month, old.id, taken.snapshot.id, by, now)))
    return its


async def concerned(reader: Reader, its: Erratum) -> Sequence[KeptSnapshot]:
    """Of each period that it touches the last snapshot that was taken before it was issued, in the order of time."""
    found = {
        each.month: each
        for each in await snapshots(reader)
        if each.begin <= its.last and its.first <= each.end
        if each.taken <= its.issued and its.number not in each.errata
    }
    return [found[month] for month in sorted(found)]


async def differences(reader: Reader, made: Rescored) -> AsyncIterator[Difference]:
    """Everybody in the period, in the order of ids."""
    old, new = await snapshot_in(reader, made.old), await snapshot_in(reader, made.new)
    async for row, _ in all_rows(reader, new):
        was = await find_row(reader, old, row["institution"])
        before, level = (None, "") if was is None else (was["score"], was["level"])
        yield Difference(row["institution"], decimal_of(before), decimal_of(row["score"]), level, row["level"])


def newest(its: Erratum) -> Sequence[Rescored]:
    """Of each period the last time that it was scored anew."""
    return list({each.period: each for each in its.rescored}.values())


async def _noted(number: str, made: Rescored, transaction: Transaction) -> Erratum:
    """Add a period; scored anew to the same end it is no second one."""
    its = await erratum(transaction, number)
    if any((each.period, each.new) == (made.period, made.new) for each in its.rescored):
        return its
    its = replace(its, rescored=(*its.rescored, made))
    await save_erratum(transaction, its)
    return its
