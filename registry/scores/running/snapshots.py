"""Snapshots of scores as the store keeps them: who took which when, of what; what they say is kept by its digest.

Beside the canonical bytes, each institution's row is kept with what was expected of it, so that one of ten thousand is
found at once. Rows are kept by the digest of their snapshot and count for nothing before it stands here.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from conformance.scoring.canonical import canonical
from conformance.scoring.expectations import Institution
from conformance.scoring.period import Period
from conformance.scoring.restoring import restored
from conformance.scoring.snapshot import Row, Snapshot
from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.base import Reader, Store, Transaction
from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read
from registry.refusal import refused
from registry.scores.running.terms import Terms, terms_of

SNAPSHOTS, ROWS = "score-snapshot", "score-row"
"""The collections: heads by id, and rows by `digest/institution`."""
_LOT = 500


@dataclass(frozen=True, slots=True)
class KeptSnapshot(Kept):
    """The head of a snapshot."""

    id: str
    """`2026-10-1`: the month, and which snapshot of it this is."""
    month: str = field(metadata={"name": "period"})
    begin: date
    end: date
    digest: str
    """SHA-256 of its canonical bytes."""
    terms: str
    """SHA-256 of what it was made by."""
    taken: datetime
    by: str
    """The id of a person; empty where it was taken at the command line."""
    seed: int
    pack: str
    policy: str
    """The version of the score policy."""
    engine: str
    terminology: str
    generation: str
    """Of the tallies."""
    errata: tuple[str, ...]
    institutions: int

    @property
    def period(self) -> Period:
        """The days that are scored."""
        return Period(self.begin, self.end)

    @property
    def number(self) -> int:
        """Which snapshot of its month it is."""
        return int(self.id.rpartition("-")[2])


async def snapshots(reader: Reader, month: str = "") -> Sequence[KeptSnapshot]:
    """All that were taken, or those of a month, by month and number."""
    found = await reader.listed(SNAPSHOTS, prefix=f"{month}-" if month else "")
    return sorted((read(KeptSnapshot, kept, id=id_) for id_, kept in found), key=lambda each: (each.month, each.number))


async def newest_of(reader: Reader, month: str) -> KeptSnapshot | None:
    """The snapshot of a month that counts."""
    found = await snapshots(reader, month)
    return found[-1] if found else None


async def snapshot_in(reader: Reader, id_: str) -> KeptSnapshot:
    """The snapshot of this id. Raises Refused (missing)."""
    kept = await reader.load(SNAPSHOTS, id_)
    if kept is None:
        raise refused("missing", f"there is no snapshot {id_}", f"没有快照 {id_}", "snapshot")
    return read(KeptSnapshot, kept, id=id_)


async def by_digest(reader: Reader, digest: str) -> KeptSnapshot | None:
    """The newest with these bytes."""
    return next((each for each in reversed(await snapshots(reader)) if each.digest == digest), None)


async def save_head(transaction: Transaction, head: KeptSnapshot) -> None:
    """Keep a head; what it names is kept before."""
    await transaction.save(SNAPSHOTS, head.id, head.document())


async def content_of(store: Store, head: KeptSnapshot) -> Snapshot:
    """The canonical bytes. Raises StoreUnavailable."""
    return Snapshot(await _kept(store, head.digest, f"snapshot {head.id}"), head.digest)


async def terms_in(store: Store, head: KeptSnapshot) -> Terms:
    """By what it was made. Raises StoreUnavailable."""
    return terms_of(await _kept(store, head.terms, f"what snapshot {head.id} was made by"))


async def keep_rows(store: Store, digest: str, rows: Sequence[Row], institutions: Mapping[str, Institution]) -> None:
    """Keep what a snapshot says of everybody, some hundreds in one commit."""
    for begin in range(0, len(rows), _LOT):
        lot = {each["institution"]: _written(each, institutions) for each in rows[begin : begin + _LOT]}
        await store.commit(partial(_save_rows, digest, lot))


async def row_of(reader: Reader, head: KeptSnapshot, institution: str) -> Row:
    """What a snapshot says of an institution. Raises Refused (missing)."""
    return _row(await _row_document(reader, head, institution))


async def find_row(reader: Reader, head: KeptSnapshot, institution: str) -> Row | None:
    """The same; None where it was not scored then."""
    kept = await reader.load(ROWS, f"{head.digest}/{institution}")
    return None if kept is None else _row(kept)


async def institution_in(reader: Reader, head: KeptSnapshot, institution: str) -> Institution:
    """What was known of an institution. Raises Refused (missing)."""
    return _institution(await _row_document(reader, head, institution))


async def all_rows(reader: Reader, head: KeptSnapshot) -> AsyncIterator[tuple[Row, Institution]]:
    """Everybody in the order of ids, with what was known of them."""
    prefix, after = f"{head.digest}/", ""
    while found := await reader.listed(ROWS, prefix=prefix, after=after, count=_LOT):
        for _, kept in found:
            yield _row(kept), _institution(kept)
        after = found[-1][0]


async def _row_document(reader: Reader, head: KeptSnapshot, institution: str) -> Document:
    kept = await reader.load(ROWS, f"{head.digest}/{institution}")
    if kept is None:
        en, zh = f"{institution} is not scored in {head.id}", f"快照 {head.id} 中没有机构 {institution}"
        raise refused("missing", en, zh, "institution")
    return kept


def _written(row: Row, institutions: Mapping[str, Institution]) -> Mapping[str, str]:
    """As canonical texts, so that no store makes other numbers of them."""
    return {"row": canonical(row).decode(), "institution": canonical(institutions[row["institution"]]).decode()}


def _row(kept: Document) -> Row:
    return dict(json.loads(kept["row"]))


def _institution(kept: Document) -> Institution:
    return restored(Institution, json.loads(kept["institution"]))


async def _save_rows(digest: str, lot: Mapping[str, Mapping[str, str]], transaction: Transaction) -> None:
    for name, each in lot.items():
        await transaction.save(ROWS, f"{digest}/{name}", each)


async def _kept(store: Store, digest: str, what: str) -> bytes:
    content = await store.kept(digest)
    if content is None:
        raise StoreUnavailable(f"{what} is not in the store; restore it from a backup")
    return content
