"""Content in pieces: `pieces` holds each as `digest/number`, `contents` says which are whole.

All are written outside of transactions, each waiting for a majority. A content is written to `contents` after its
pieces, so that a primary that has the one has the others too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fhir_kernel.store.contents import Content, cut, described
from fhir_kernel.store.mongo.layout import Database


async def keep(database: Database, digest: str, content: bytes) -> None:
    """Write the pieces, then that they are whole."""
    for number, piece in enumerate(cut(content)):
        name = {"_id": f"{digest}/{number}"}
        await database.pieces.replace_one(name, {"b": bytes(piece)}, upsert=True)
    fields = {"size": len(content), "pieces": described(content).pieces}
    await database.contents.replace_one({"_id": digest}, fields, upsert=True)


async def find(database: Database, digest: str) -> Content | None:
    """Of what size a content is, where it is whole."""
    found = await database.contents.find_one({"_id": digest})
    return None if found is None else Content(found["size"], found["pieces"])


async def read(database: Database, digest: str, many: int) -> AsyncIterator[bytes]:
    """Its pieces in order; nothing in the place of one that has been lost."""
    for number in range(many):
        found = await database.pieces.find_one({"_id": f"{digest}/{number}"})
        if found is not None:
            yield found["b"]
