"""Moves a generation of tallies on in the log of evidence: batch by batch, each in one commit with its position.

Several processes may do so at once: each batch is counted by one of them, and the others throw away what they made.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import tzinfo

from conformance.scoring.counting.sent import Checked, Sent, sent_of
from fhir_kernel.store.base import Store, Transaction
from fhir_kernel.store.records import Document
from fhir_server.repository import EVIDENCE
from registry.scores.counting.batch import Batch, Made, counted
from registry.scores.counting.generations import Position, position_of, save_position
from registry.scores.lives import with_lives

BATCH = 500
"""Entries of the log that are counted in one commit: some thirty milliseconds, for which a server answers nobody."""
Entries = Sequence[Document]
Judging = Callable[[Entries], Awaitable[Entries]]
"""Says what entries of the log are to be counted as."""


async def as_they_are(entries: Entries) -> Entries:
    """What was judged when it came."""
    return entries


async def follow(
    store: Store, position: Position, zone: tzinfo, *, until: int | None = None, judging: Judging = as_they_are
) -> tuple[Position, int] | None:
    """Count the next batch: where that leads to, and how many entries it had; None where nothing is left.

    Somebody else may have counted it meanwhile: the position is then theirs. `until`: the last entry to be counted.
    """
    entries, last = await _next(store, position.after, until)
    if not entries:
        return None
    batch, late = _batch(position, await with_lives(store, await judging(entries)), zone)
    made = await counted(store, batch)
    moved = replace(position, after=last, late=position.late + late)
    return (moved, len(entries)) if await store.commit(_keeping(position, moved, made)) else (position, 0)


async def _next(store: Store, after: int, until: int | None) -> tuple[Entries, int]:
    entries: list[Document] = []
    last = after
    async for number, entry in store.log(EVIDENCE, after=after):
        if until is not None and number > until:
            break
        entries.append(entry)
        last = number
        if len(entries) == BATCH:
            break
    return entries, last


def _batch(position: Position, entries: Entries, zone: tzinfo) -> tuple[Batch, int]:
    """With how many records came too late; a check may be told of long after its day."""
    records: list[tuple[Sent, Document]] = []
    checks: list[Checked] = []
    late = 0
    for entry in entries:
        sent = sent_of(entry, zone)
        if isinstance(sent, Checked):
            checks.append(sent)
        elif sent is not None and sent.day < position.closed:
            late += 1
        elif sent is not None:
            records.append((sent, entry))
    return Batch(position.generation, position.closed, records, checks), late


def _keeping(before: Position, after: Position, made: Made) -> Callable[[Transaction], Awaitable[bool]]:
    async def work(transaction: Transaction) -> bool:
        if await position_of(transaction, before.generation) != before:
            return False  # another process has counted these
        for (collection, name), document in sorted(made.items(), key=lambda each: each[0]):
            await transaction.save(collection, name, document)
        await save_position(transaction, after)
        return True

    return work
