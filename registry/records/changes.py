"""Who changed what, when, from what to what, of all that is kept only as it is now.

A collection for each kind of thing, `{kind}-change`; names are `{id of the thing}/{instant}-{id}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from fhir_kernel.store.base import Reader, Transaction
from fhir_kernel.store.records import Document
from registry.model.codec import Kept, read
from registry.records.keeping import timed_name


@dataclass(frozen=True, slots=True)
class Changed(Kept):
    """A change; `members` are the names of what was changed, and texts are as they are, all else is JSON."""

    by: str
    """The id of a person."""
    role: str
    instant: datetime
    members: tuple[str, ...]
    reason: str
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Who:
    """Who changes something, by which role, when and why; `id` is a new one."""

    id: str
    by: str
    role: str
    now: datetime
    reason: str = ""


async def note_change(
    transaction: Transaction, kind: str, id_: str, who: Who, before: Document, after: Document, members: Sequence[str]
) -> None:
    """Keep what changed of a thing, in the commit that changes it."""
    changed = Changed(
        who.by, who.role, who.now, tuple(members), who.reason, _said(before, members), _said(after, members)
    )
    await transaction.save(f"{kind}-change", timed_name(id_, who.now, who.id), changed.document())


async def changes_of(reader: Reader, kind: str, id_: str) -> Sequence[Changed]:
    """What was changed of a thing, the oldest first."""
    return [read(Changed, kept) for _, kept in await reader.listed(f"{kind}-change", prefix=f"{id_}/")]


def differing(before: Document, after: Document) -> Sequence[str]:
    """The names of what differs."""
    return [name for name in after if before.get(name) != after[name]]


def _said(document: Document, members: Sequence[str]) -> Mapping[str, str]:
    found = {name: document[name] for name in members if document.get(name) is not None}
    return {name: each if isinstance(each, str) else orjson.dumps(each).decode() for name, each in found.items()}
