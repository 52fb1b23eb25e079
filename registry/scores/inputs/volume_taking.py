"""Taking a table of expected volumes over, all of it in one commit or nothing; and withdrawing one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fhir_kernel.store.base import Reader, Store, Transaction
from fhir_kernel.store.records import Document
from registry.ledger.importing import ATTEMPTS
from registry.ledger.outcome import Taken, check_none_refused, others_never_rest
from registry.records.keeping import missing
from registry.refusal import refused
from registry.scores.inputs.known import data_sets, institutions
from registry.scores.inputs.versions import Attribution
from registry.scores.inputs.volume import VOLUMES, ExpectedVolume, prefix_of, volume_of
from registry.scores.inputs.volume_planning import Entering, Ground, Planned, plan_volumes
from registry.scores.inputs.volume_table import VolumeRow
from registry.sentence import Sentence

Kept = Mapping[str, Sequence[tuple[str, Document]]]
"""What there is of each institution."""


async def take_volumes(store: Store, rows: Sequence[VolumeRow], entering: Entering, *, dry_run: bool) -> Taken:
    """What becomes of each row; it is written unless this is a dry run.

    It is worked out on a thread, and again where somebody changed volumes of these institutions meanwhile. Raises
    Refused: invalid with every faulty row where this is no dry run; conflict where others never rest.
    """
    known = await institutions(store, (each.institution for each in rows))
    sets = await data_sets(store)
    for _ in range(ATTEMPTS):
        kept = await _kept_of(store, sorted(known))
        ground = Ground(known, sets, _valid(kept))
        planned = await asyncio.to_thread(plan_volumes, rows, ground, entering)
        if dry_run:
            return Taken(planned.outcomes, False, entering.file)
        check_none_refused(planned.outcomes)
        if await _written(store, planned, kept):
            return Taken(planned.outcomes, True, entering.file)
    raise others_never_rest()


async def withdraw_volume(transaction: Transaction, institution: str, id_: str, by: Attribution) -> ExpectedVolume:
    """End a volume without putting another in its place. Raises Refused: missing, conflict."""
    name = f"{prefix_of(institution)}{id_}"
    kept = await transaction.load(VOLUMES, name)
    if kept is None:
        raise missing(Sentence("expected volume", "应报数量"), id_)
    found = volume_of(name, kept)
    if found.ended is not None:
        raise refused("conflict", "it holds no longer; expected one that does", "该应报数量已失效；应选有效的")
    ended = replace(found, ended=by)
    await transaction.save(VOLUMES, name, ended.document())
    return ended


async def _kept_of(reader: Reader, ids: Sequence[str]) -> Kept:
    return {each: await reader.listed(VOLUMES, prefix=prefix_of(each)) for each in ids}


def _valid(kept: Kept) -> Sequence[ExpectedVolume]:
    found = (volume_of(name, document) for row in kept.values() for name, document in row)
    return [each for each in found if each.ended is None]


async def _written(store: Store, planned: Planned, kept: Kept) -> bool:
    async def work(transaction: Transaction) -> bool:
        if await _kept_of(transaction, list(kept)) != kept:
            return False
        for each in planned.writes:
            await transaction.save(VOLUMES, each.name, each.document())
        return True

    return await store.commit(work)
