"""Stores by their addresses: which one the setting `store` means, and how it is opened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from fhir_kernel.errors import SettingsError
from fhir_kernel.store.base import Store

OpenStore = Callable[[], Awaitable[Store]]
NONE = "none"
_EXPECTED = "sqlite:///PATH, mongodb://HOST/DATABASE, memory:// or none"


def store_opener(address: str, *, workers: int = 1) -> OpenStore | None:
    """What opens the store at an address; None where the address is `none`.

    Raises SettingsError where it is no address of a store, or one that several workers cannot share.
    """
    if address == NONE:
        return None
    scheme = urlsplit(address).scheme
    if scheme == "memory":
        if workers > 1:
            raise SettingsError("the store memory:// is known to one process only; expected one worker with it")
        return _memory
    if scheme == "sqlite":
        return _sqlite(address)
    if scheme in ("mongodb", "mongodb+srv"):
        return _mongodb(address)
    raise SettingsError(f"the store is {address!r}; expected {_EXPECTED}")


async def _memory() -> Store:
    from fhir_kernel.store.memory import MemoryStore

    return MemoryStore()


def _sqlite(address: str) -> OpenStore:
    path = address.removeprefix("sqlite://").removeprefix("/") if address.startswith("sqlite:///") else ""
    if not path:
        raise SettingsError(
            f"the store is {address!r}; expected sqlite:///PATH, with four slashes for an absolute path"
        )
    file = Path(path).expanduser()

    async def open_store() -> Store:
        from fhir_kernel.store.sqlite import SqliteStore

        file.parent.mkdir(parents=True, exist_ok=True)
        return SqliteStore(file)

    return open_store


def _mongodb(address: str) -> OpenStore:
    async def open_store() -> Store:
        from fhir_kernel.store.mongo.store import open_mongo

        return await open_mongo(address)

    return open_store
