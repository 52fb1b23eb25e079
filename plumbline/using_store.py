"""Runs a piece of work on the store that a command names, and closes it afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

from fhir_kernel.errors import SettingsError
from fhir_kernel.settings import load_settings
from fhir_kernel.store.base import Store
from plumbline.stores import NONE, store_opener

Outcome = TypeVar("Outcome")


def with_store(address: str | None, work: Callable[[Store], Awaitable[Outcome]]) -> Outcome:
    """What `work` makes of the store at `address` (default: the setting `store`).

    Raises SettingsError where that keeps nothing, StoreError.
    """
    address = address or load_settings().store
    opener = store_opener(address)
    if opener is None or urlsplit(address).scheme == "memory":
        expected = "sqlite:///PATH or mongodb://HOST/DATABASE"
        raise SettingsError(
            f"the store {address if address == NONE else 'memory://'} keeps nothing; expected {expected}"
        )

    async def run() -> Outcome:
        store = await opener()
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())
