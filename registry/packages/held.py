"""What is on the shelf, held in memory by each process, which follows the log to learn what others place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from fhir_kernel.store.base import Store
from fhir_kernel.store.records import Document
from registry.packages.feed import feed
from registry.packages.release import Release, release_of
from registry.packages.shelf import LOG, RELEASES, Newest, release, with_newer


class Held:
    """Every version of every package. One for a process; used by the tasks of one event loop."""

    def __init__(self, store: Callable[[], Store]) -> None:
        self._store = store
        self._all: dict[tuple[str, str], Release] | None = None
        self._published: Sequence[Release] = ()
        self._newest: dict[str, Newest] = {}
        self._followed = 0
        self._turn = asyncio.Lock()

    @property
    def store(self) -> Store:
        """Where all of it is kept."""
        return self._store()

    async def published(self) -> Sequence[Release]:
        """Every version of every package that was published here, in the order of time. Raises StoreUnavailable."""
        await self._follow()
        return self._published

    async def newest(self) -> Sequence[Newest]:
        """The newest versions of every package, by name. Raises StoreUnavailable."""
        await self._follow()
        return list(self._newest.values())

    async def _follow(self) -> None:
        """Learn what was placed since."""
        async with self._turn:
            last, placed = self._followed, []
            async for number, entry in self.store.log(LOG, after=last):
                last = number
                placed.append((entry["name"], entry["version"]))
            if self._all is None:
                await asyncio.to_thread(self._take_all, await self.store.listed(RELEASES))
            elif placed:
                self._take([each for name in placed if (each := await release(self.store, *name)) is not None])
            self._followed = last

    def _take_all(self, documents: Sequence[tuple[str, Document]]) -> None:
        self._all = {}
        self._take([release_of(document) for _, document in documents])

    def _take(self, found: Sequence[Release]) -> None:
        """What the log tells of may have been found before that was read."""
        assert self._all is not None  # everything there was has been taken before
        newest = dict(self._newest)
        for each in found:
            if (each.name, each.version) not in self._all:
                self._all[each.name, each.version] = each
                newest[each.name] = with_newer(newest.get(each.name), each)
        self._newest = dict(sorted(newest.items()))
        ours = (each for each in self._all.values() if not each.is_mirrored)
        self._published = sorted(ours, key=lambda each: (each.published, each.name))


class FeedOnce:
    """The feed of releases, made again once there are more of them, or somebody asks at another address."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._made: tuple[tuple[str, str, int], bytes] | None = None

    async def at(self, address: str, base: str) -> bytes:
        """The feed at an address; `base` is that of the registry. Raises StoreUnavailable."""
        released = [each for each in await self._held.published() if not each.is_prerelease]
        # Nothing is ever changed or taken away, so their number tells whether there is anything new.
        key = (address, base, len(released))
        if self._made is None or self._made[0] != key:
            self._made = (key, await asyncio.to_thread(feed, address, base, released))
        return self._made[1]
