"""What each difference between two snapshots of a month is worth to an institution."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal

from conformance.scoring.bridge import Bridge, Side, bridge
from fhir_kernel.store.base import Reader, Store
from registry.refusal import refused
from registry.scores.refusing import refusing
from registry.scores.running.histories import decimal_of
from registry.scores.running.sheets import Laid, laid_out
from registry.scores.running.snapshots import KeptSnapshot, all_rows, find_row, snapshot_in


@dataclass(frozen=True, slots=True)
class Moved:
    """The score of an institution in two snapshots; None where it has none."""

    institution: str
    old: Decimal | None
    new: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """By how much it rose."""
        return None if self.old is None or self.new is None else self.new - self.old


async def bridge_of(store: Store, old_id: str, new_id: str, institution: str) -> Bridge:
    """The steps from one to the other; together they are exactly the difference. Raises Refused, StoreError."""
    old, new = await both_of(store, old_id, new_id)
    before, after = await laid_out(store, old, institution), await laid_out(store, new, institution)
    policies = before.terms.policy, after.terms.policy
    with refusing():
        return await asyncio.to_thread(lambda: bridge(_side(before), _side(after), *policies))


async def moved(reader: Reader, old: KeptSnapshot, new: KeptSnapshot) -> AsyncIterator[Moved]:
    """Everybody of the new snapshot, in the order of ids."""
    async for row, _ in all_rows(reader, new):
        before = await find_row(reader, old, row["institution"])
        then = None if before is None else before["score"]
        yield Moved(row["institution"], decimal_of(then), decimal_of(row["score"]))


async def both_of(reader: Reader, old_id: str, new_id: str) -> tuple[KeptSnapshot, KeptSnapshot]:
    """Two snapshots of one month. Raises Refused (missing; invalid where they are of two)."""
    old, new = await snapshot_in(reader, old_id), await snapshot_in(reader, new_id)
    if old.month != new.month:
        en = f"{old.id} is of {old.month} and {new.id} of {new.month}; expected two of one month"
        raise refused("invalid", en, f"{old.id} 与 {new.id} 不是同一月份的快照", "from")
    return old, new


def _side(laid: Laid) -> Side:
    return Side(laid.sheet, laid.expected, laid.volumes)
