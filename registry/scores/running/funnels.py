"""The peers of a class in a snapshot, as a funnel."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from conformance.scoring.assess import Assessment
from conformance.scoring.peers import Funnel, funnel
from fhir_kernel.store.base import Store
from registry.refusal import refused
from registry.scores.running.snapshots import KeptSnapshot, content_of

LEAST_PEERS = 3
"""Fewer would be told who is who."""


async def peers_of(store: Store, head: KeptSnapshot, class_id: str) -> Funnel | None:
    """Everybody of a class that has a score; None where they are so few that one could tell who is who."""
    snapshot = await content_of(store, head)
    found = await asyncio.to_thread(lambda: _funnel(snapshot.document, class_id))
    return found if found is not None and len(found.points) >= LEAST_PEERS else None


async def public_peers(store: Store, head: KeptSnapshot, class_id: str) -> Funnel:
    """The same. Raises Refused (missing) where they are too few."""
    found = await peers_of(store, head, class_id)
    if found is None:
        en = f"fewer than {LEAST_PEERS} institutions of the class {class_id} have a score in {head.id}"
        raise refused("missing", en, f"快照 {head.id} 中类别 {class_id} 有得分的机构不足 {LEAST_PEERS} 家", "class")
    return found


def _funnel(document: Mapping[str, Any], class_id: str) -> Funnel | None:
    rows = [each for each in document["scores"] if each["class"] == class_id and each["score"] is not None]
    return funnel([_assessment(each) for each in rows])


def _assessment(row: Mapping[str, Any]) -> Assessment:
    value, low, high = (Decimal(row[name]) for name in ("score", "lower", "upper"))
    return Assessment(row["institution"], value, low, high, row["dimensions"], row["coverage"], row["records"])
