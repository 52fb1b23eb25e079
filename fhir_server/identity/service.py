"""The name of a service in its tokens, as issuer and audience: that of its store, so that no other takes them."""

from __future__ import annotations

from fhir_kernel.clock import NewId
from fhir_kernel.store.base import Store, Transaction

_COLLECTION, _NAME = "server", "service"


async def service_name(store: Store, new_id: NewId) -> str:
    """`urn:uuid:…`; it is made when it is asked for first. Raises StoreError."""

    async def keep(transaction: Transaction) -> str:
        kept = await transaction.load(_COLLECTION, _NAME)
        if kept is not None:
            return str(kept["name"])
        made = f"urn:uuid:{new_id()}"
        await transaction.save(_COLLECTION, _NAME, {"name": made})
        return made

    kept = await store.load(_COLLECTION, _NAME)
    return str(kept["name"]) if kept is not None else await store.commit(keep)
