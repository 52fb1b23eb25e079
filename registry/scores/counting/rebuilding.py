"""Counts everything anew: what is kept is judged again, beside the tallies of which scores are taken meanwhile.

Entries of the log that tell of no version that is kept, such as those of refused records, are counted as they were
judged. Where anything comes out differently the new generation takes the place of the one before, at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from fhir_kernel.errors import StoreError
from fhir_kernel.packages.progress import Progress
from fhir_kernel.store.base import Store, Transaction
from fhir_kernel.store.records import Document, Key, Version
from registry.scores.counting.catching_up import catch_up
from registry.scores.counting.comparing import Difference, Place, differences, suspects
from registry.scores.counting.following import Entries, follow
from registry.scores.counting.generations import (
    Position,
    begin_generation,
    current_generation,
    drop_generation,
    generations,
    known_position,
    make_current,
)
from registry.scores.counting.purging import close_days
from registry.scores.running.snapshots import snapshots

JudgeAnew = Callable[[Document, Version], Document]
"""The entry that the writing of a version would leave today, at the instant of the entry that it has left."""
MOST_PLACES = 1_000
"""So many days that differ are looked into; of more, only how many they are is told."""
_ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it."""

    judged: int
    """Entries of the log whose versions were judged anew."""
    carried: int
    """Those that were taken as they are."""
    differences: Sequence[Difference]
    places: int
    """Days and institutions that may differ; more than MOST_PLACES were not looked into."""
    generation: str
    """The one that scores are taken of from now on."""
    is_new: bool


async def rebuild(store: Store, zone: tzinfo, judge: JudgeAnew, *, dry_run: bool = False, told: Progress) -> Rebuilt:
    """Count everything anew, and let it take the place of what was counted where it differs; `dry_run`: only compare.

    Raises StoreError where the store lacks something, or somebody else counts anew as well.
    """
    await _drop_leftovers(store)
    work = _Anew(store, judge)
    position = await begin_generation(store)
    for _ in range(_ATTEMPTS):
        position = await _level(store, position, zone, work, told)
        old = await current_generation(store)
        places = [each async for each in suspects(store, old, position.generation)]
        position = await _level(store, position, zone, work, told)
        found = await _settle(store, old, position, places[:MOST_PLACES], dry_run)
        if found or (found is not None and len(places) <= MOST_PLACES):
            switched = bool(found) and not dry_run
            if not switched:
                await drop_generation(store, position.generation)
            current = position.generation if switched else old
            many = len(places) if found else 0
            return Rebuilt(work.judged, work.carried, found, many, current, switched)
    raise StoreError("records come faster than they are judged anew; do it again when there are fewer")


class _Anew:
    """Judges entries of the log anew, and counts them."""

    def __init__(self, store: Store, judge: JudgeAnew) -> None:
        self._store, self._judge = store, judge
        self.judged = self.carried = 0
        self.newest = ""
        """The instant of the entry that came last."""

    async def __call__(self, entries: Entries) -> Entries:
        self.newest = entries[-1]["instant"]
        return [await self._entry(each) for each in entries]

    async def _entry(self, entry: Document) -> Document:
        version = None
        if entry.get("version") and not entry.get("test"):
            version = await self._store.version(Key(entry["type"], entry["id"]), entry["version"])
        if version is None:
            self.carried += 1
            return entry
        self.judged += 1
        return self._judge(entry, version)


async def _drop_leftovers(store: Store) -> None:
    """Generations that no snapshot was taken of, and those of which the counting was broken off."""
    needed = {await current_generation(store), *(each.generation for each in await snapshots(store))}
    for each in await generations(store):
        if each not in needed:
            await drop_generation(store, each)


async def _level(store: Store, position: Position, zone: tzinfo, judging: _Anew, told: Progress) -> Position:
    """Count on to where the current generation is, once that has counted all that has come."""
    await catch_up(store, zone)
    until = (await known_position(store, await current_generation(store))).after
    while position.after < until:
        moved = await follow(store, position, zone, until=until, judging=judging)
        if moved is None or moved[1] == 0:
            raise StoreError(f"generation {position.generation} of the tallies is counted by somebody else as well")
        told("score rebuild", moved[0].after, until)
        today = datetime.fromisoformat(judging.newest).astimezone(zone).date()
        await close_days(store, position.generation, today)
        position = await known_position(store, position.generation)
    return position


async def _settle(
    store: Store, old: str, new: Position, places: Sequence[Place], dry_run: bool
) -> Sequence[Difference] | None:
    """What still differs once both are at the same place in the log; None where they are not. Switches if it does."""

    async def work(transaction: Transaction) -> Sequence[Difference] | None:
        at = await known_position(transaction, old)
        if await current_generation(transaction) != old or at.after != new.after:
            return None
        found = await differences(transaction, old, new.generation, places)
        if found and not dry_run:
            await make_current(transaction, new.generation)
        return found

    return await store.commit(work)
