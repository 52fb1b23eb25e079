"""Writing content: each piece is a commit of its own, so that others write in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fhir_kernel.store.contents import cut, described
from fhir_kernel.store.sqlite.transaction import SqliteTransaction
from fhir_kernel.store.sqlite.writer import Writer

_PIECE = "INSERT OR REPLACE INTO piece VALUES (?, ?, ?)"
_CONTENT = "INSERT OR IGNORE INTO content VALUES (?, ?, ?)"


async def keep(writer: Writer, digest: str, content: bytes) -> None:
    """Write the pieces, then that they are whole. Raises StoreFull, StoreUnavailable."""
    for number, piece in enumerate(cut(content)):
        await _put(writer, _PIECE, (digest, number, piece))
    await _put(writer, _CONTENT, (digest, *described(content)))


async def _put(writer: Writer, statement: str, values: Sequence[Any]) -> None:
    async def work(transaction: SqliteTransaction) -> None:
        transaction.put(statement, values)

    await writer.commit(work)
