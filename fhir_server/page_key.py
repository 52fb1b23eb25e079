"""The key with which links to further pages are signed: one for a store, whoever serves it."""

from __future__ import annotations

import secrets

from fhir_kernel.store.base import Store, Transaction

_COLLECTION, _NAME = "server", "page-key"
_BYTES = 32


async def page_key(store: Store) -> bytes:
    """The key; it is made when it is asked for first."""

    async def keep(transaction: Transaction) -> bytes:
        kept = await transaction.load(_COLLECTION, _NAME)
        if kept is not None:
            return bytes.fromhex(str(kept["key"]))
        made = secrets.token_bytes(_BYTES)
        await transaction.save(_COLLECTION, _NAME, {"key": made.hex()})
        return made

    kept = await store.load(_COLLECTION, _NAME)
    return bytes.fromhex(str(kept["key"])) if kept is not None else await store.commit(keep)
