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


def store_opener(address: str, *, workers: int = 1, search_seconds: float = 20) -> OpenStore | None:
    """What opens the store at an address; None where the address is `none`. `search_seconds`: what one search may take.

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
        return _sqlite(address, search_seconds)
    if scheme in ("mongodb", "mongodb+srv"):
        return _mongodb(address, search_seconds)
    raise SettingsError(f"the store is {address!r}; expected {_EXPECTED}")


def file_to_back_up(address: str) -> Path:
    """The file of the store at an address. Raises SettingsError, of other stores with what is to be done instead."""
    if urlsplit(address).scheme in ("mongodb", "mongodb+srv"):
        raise SettingsError(
            "this store is backed up by MongoDB's own tools: mongodump --uri=ADDRESS --oplog --gzip --archive=FILE, "
            "and mongorestore --uri=ADDRESS --oplogReplay --gzip --archive=FILE, with an ADDRESS that names no database"
        )
    if urlsplit(address).scheme != "sqlite":
        raise SettingsError(f"the store {address!r} keeps nothing to be backed up; expected sqlite:///PATH")
    return sqlite_file(address)


async def _memory() -> Store:
    from fhir_kernel.store.memory import MemoryStore

    return MemoryStore()


def sqlite_file(address: str) -> Path:
    """The file that an address sqlite:///PATH names. Raises SettingsError."""
    path = address.removeprefix("sqlite://").removeprefix("/") if address.startswith("sqlite:///") else ""
    if not path:
        raise SettingsError(
            f"the store is {address!r}; expected sqlite:///PATH, with four slashes for an absolute path"
        )
    return Path(path).expanduser()


def _sqlite(address: str, search_seconds: float) -> OpenStore:
    file = sqlite_file(address)

    async def open_store() -> Store:
        from fhir_kernel.store.sqlite import SqliteStore

        file.parent.mkdir(parents=True, exist_ok=True)
        return SqliteStore(file, query_seconds=search_seconds)

    return open_store


def _mongodb(address: str, search_seconds: float) -> OpenStore:
    async def open_store() -> Store:
        from fhir_kernel.store.mongo.store import open_mongo

        return await open_mongo(address, query_seconds=search_seconds)

    return open_store
