"""Reads of current versions outside of transactions; those that come while one is under way are asked for together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from fhir_kernel.store.mongo.failures import translated
from fhir_kernel.store.mongo.layout import Collection
from fhir_kernel.store.mongo.versions import VERSION_FIELDS, name_of, to_version
from fhir_kernel.store.records import Key, Version

MOST_AT_ONCE = 128
"""Keys in one question."""

UNDER_WAY = 2
"""Questions at the same time; more of them would be smaller and cost more."""


class Together:
    """Reads single resources, many with one question to MongoDB."""

    def __init__(self, resources: Collection, milliseconds: int) -> None:
        self._resources, self._milliseconds = resources, milliseconds
        self._wanted: dict[Key, asyncio.Future[Version | None]] = {}
        self._asking: set[asyncio.Task[None]] = set()

    async def read(self, key: Key) -> Version | None:
        """The current version, which may be a deletion. Raises StoreUnavailable."""
        answer = self._wanted.get(key)
        if answer is None:
            answer = self._wanted[key] = asyncio.get_running_loop().create_future()
            if len(self._asking) < UNDER_WAY:
                task = asyncio.create_task(self._ask())
                self._asking.add(task)
                task.add_done_callback(self._asking.discard)
        return await asyncio.shield(answer)

    async def _ask(self) -> None:
        while self._wanted:
            wanted = {key: self._wanted.pop(key) for key in list(self._wanted)[:MOST_AT_ONCE]}
            try:
                found = await read_versions(self._resources, list(wanted), self._milliseconds)
            except Exception as error:
                for answer in wanted.values():
                    answer.set_exception(error)
            else:
                for key, answer in wanted.items():
                    answer.set_result(found.get(key))


async def read_versions(resources: Collection, wanted: Sequence[Key], milliseconds: int) -> Mapping[Key, Version]:
    """Current versions, deletions included, of those that there ever were. Raises StoreUnavailable."""
    names = {name_of(key): key for key in wanted}
    with translated():
        cursor = resources.find({"_id": {"$in": list(names)}}, VERSION_FIELDS).max_time_ms(milliseconds)
        rows = await cursor.to_list()
    return {(key := names[row["_id"]]): to_version(key, row) for row in rows}
