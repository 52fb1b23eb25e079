"""A snapshot as it is told to whoever has its digest; who stands in it is not told."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from conformance.scoring.period import Period
from fhir_kernel.store.base import Store
from registry.scores.account import SnapshotHead
from registry.scores.running.accounts import head_of
from registry.scores.running.snapshots import by_digest, content_of, newest_of


@dataclass(frozen=True, slots=True)
class Published:
    """What was published, when, and by which rules."""

    head: SnapshotHead
    period: Period
    size: int
    """Of the canonical bytes."""
    content: str
    """The address of the canonical bytes, for those who may see them."""
    replaced_by: str = ""
    """The id of the newest snapshot of the same period, where it is another."""

    def document(self) -> dict[str, Any]:
        """As the JSON API gives it."""
        return {
            **{each.name: getattr(self.head, each.name) for each in fields(self.head)},
            "period": {"begin": self.period.begin, "end": self.period.end},
            "size": self.size,
            "content": self.content,
            "replacedBy": self.replaced_by,
        }


async def published_in(store: Store, digest: str, address: str) -> Published | None:
    """What has this SHA-256; `address` is where clients reach the server. Raises StoreError."""
    head = await by_digest(store, digest)
    if head is None:
        return None
    newest = await newest_of(store, head.month)
    content, size = f"{address}/api/scores/{head.id}/content", len((await content_of(store, head)).content)
    replaced_by = newest.id if newest is not None and newest.id != head.id else ""
    return Published(head_of(head), head.period, size, content, replaced_by)
