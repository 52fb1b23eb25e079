"""Decisions that are kept in versions, `id/000001`: the newest holds, and none is ever changed or taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from urllib.parse import quote, unquote

from fhir_kernel.store.base import Reader, Transaction
from registry.model.codec import Kept, read
from registry.records.keeping import all_listed

Decided = TypeVar("Decided", bound=Kept)


@dataclass(frozen=True, slots=True)
class Attribution(Kept):
    """Who decided it, when and why."""

    by: str = ""
    """The id of a person; empty for what comes with Plumbline."""
    at: datetime | None = None
    reason: str = ""


NOBODY = Attribution()
"""Of what comes with Plumbline."""


@dataclass(frozen=True, slots=True)
class VersionShelf(Generic[Decided]):
    """One collection of such things; each has an `id` and a `version`."""

    collection: str
    kind: type[Decided]

    async def newest(self, reader: Reader) -> Mapping[str, Decided]:
        """By id, what holds now."""
        return {
            (made := self._read(name, kept))[0]: made[1] for name, kept in await all_listed(reader, self.collection)
        }

    async def versions(self, reader: Reader, id_: str) -> Sequence[Decided]:
        """Everything that was ever decided of one, the newest first."""
        listed = await reader.listed(self.collection, prefix=f"{quote(id_, safe='')}/")
        return [self._read(name, kept)[1] for name, kept in reversed(listed)]

    async def save_next(self, transaction: Transaction, id_: str, make: Callable[[int], Decided]) -> Decided:
        """Keep what `make` makes of the number that comes next."""
        before = await self.versions(transaction, id_)
        number = len(before) + 1
        made = make(number)
        await transaction.save(self.collection, f"{quote(id_, safe='')}/{number:06d}", made.document())
        return made

    def _read(self, name: str, kept: Mapping[str, object]) -> tuple[str, Decided]:
        id_ = unquote(name.rpartition("/")[0])
        return id_, read(self.kind, kept, id=id_)
