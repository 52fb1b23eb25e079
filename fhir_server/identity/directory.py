"""Who is registered, as it stands in the store at this moment.

A client is looked up for every request, so that one that is suspended is refused at once; requests that arrive together
share a look. Organisations and products only lend their names, and are remembered for a while.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fhir_kernel.errors import StoreError
from fhir_kernel.store.base import Reader
from fhir_kernel.store.records import Document
from fhir_server.identity.organisations import (
    CLIENTS,
    ORGANISATIONS,
    PRODUCTS,
    Client,
    Organisation,
    Product,
    client_of,
    organisation_of,
    product_of,
)

_REMEMBERED_SECONDS = 60.0


class Directory:
    """Reads from `store`; `now` gives seconds that never go back."""

    def __init__(self, store: Reader, now: Callable[[], float]) -> None:
        self._store, self._now = store, now
        self._under_way: dict[str, asyncio.Future[Document | None]] = {}
        self._names: dict[tuple[str, str], tuple[float, Document | None]] = {}

    async def client(self, id_: str) -> Client | None:
        """The client of an id, suspended or not. Raises StoreError."""
        kept = await self._shared(id_)
        return None if kept is None else client_of(id_, kept)

    async def _shared(self, id_: str) -> Document | None:
        """The answer to the look that is under way; where there is none, or it was given up, to one's own."""
        while (looking := self._under_way.get(id_)) is not None:
            await asyncio.wait((looking,))
            if not looking.cancelled():
                return looking.result()
        looking = self._under_way[id_] = asyncio.get_running_loop().create_future()
        try:
            kept = await self._store.load(CLIENTS, id_)
            looking.set_result(kept)
        except StoreError as error:
            looking.set_exception(error)
            looking.exception()  # others may not be waiting for it
            raise
        finally:
            del self._under_way[id_]
            looking.cancel()  # does nothing where there is an answer
        return kept

    async def organisation(self, id_: str) -> Organisation | None:
        """The organisation of an id, as it was within the last minute. Raises StoreError."""
        kept = await self._remembered(ORGANISATIONS, id_)
        return None if kept is None else organisation_of(id_, kept)

    async def product(self, id_: str) -> Product | None:
        """The product of an id, as it was within the last minute. Raises StoreError."""
        kept = await self._remembered(PRODUCTS, id_)
        return None if kept is None else product_of(id_, kept)

    async def _remembered(self, collection: str, id_: str) -> Document | None:
        until, kept = self._names.get((collection, id_), (0.0, None))
        if until <= self._now():
            kept = await self._store.load(collection, id_)
            self._names[collection, id_] = self._now() + _REMEMBERED_SECONDS, kept
        return kept
