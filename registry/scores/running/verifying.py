"""Replays a snapshot: the same terms, institutions and tallies give the same bytes, or it is told what differs."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.scoring.said import ScoringRefused
from conformance.scoring.snapshot import compare
from fhir_kernel.packages.progress import Progress, silent
from fhir_kernel.store.base import Store
from registry.refusal import Refused, refused
from registry.scores.running.around import OnThread, Scorer
from registry.scores.running.scoring import score_everybody
from registry.scores.running.snapshots import KeptSnapshot, all_rows, content_of, snapshot_in, terms_in
from registry.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Verified:
    """That a snapshot came out again, byte for byte."""

    snapshot: KeptSnapshot
    institutions: int


async def verify(store: Store, snapshot_id: str, *, scorer: Scorer | None = None, told: Progress = silent) -> Verified:
    """Score everybody again. Raises Refused (missing; conflict where anything differs), StoreError."""
    head = await snapshot_in(store, snapshot_id)
    kept, terms = await content_of(store, head), await terms_in(store, head)
    rows = [each async for each in all_rows(store, head)]
    try:
        made = await score_everybody(store, terms, [each for _, each in rows], scorer or OnThread(), told)
        compare(kept, made.snapshot)
    except ScoringRefused as error:
        raise Refused("conflict", (Sentence(error.said.en, error.said.zh),), where=head.id) from error
    if list(made.rows) != [row for row, _ in rows]:
        en, zh = "rows that are kept beside it are others; expected its own", "快照旁存的机构数据与快照不一致"
        raise refused("conflict", en, zh, head.id)
    return Verified(head, len(rows))
