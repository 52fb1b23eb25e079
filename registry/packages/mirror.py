"""Copies of the core packages that this machine holds, so that tools find everything in one place.

Each is packed once, from the folder of installed packages, and is served as it was then (https://hl7.org/fhir/packages.html).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from fhir_kernel.clock import Clock
from fhir_kernel.errors import PackageError
from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.packages.cache import PackageCache
from fhir_kernel.packages.manifest import PackageId
from fhir_kernel.packages.pack import pack_folder
from fhir_kernel.store.base import Store, Transaction
from registry.packages.naming import is_prerelease
from registry.packages.opening import Opened, open_package
from registry.packages.release import Release
from registry.packages.shelf import place, release
from registry.refusal import Refused

_LOG = logging.getLogger("plumbline.packages")

CORE = ("hl7.fhir.r4.", "hl7.terminology", "hl7.fhir.uv.extensions", "hl7.fhir.uv.tools")
"""How the names of packages begin that tools ask for by themselves."""


class MirrorOnce:
    """Fills the shelf when it is first asked for; what goes wrong is told in the log and left until the next start."""

    def __init__(self, store: Callable[[], Store], cache: PackageCache, limits: ArchiveLimits, clock: Clock) -> None:
        self._store, self._cache, self._limits, self._clock = store, cache, limits, clock
        self._filling = asyncio.Lock()
        self._is_filled = False

    async def __call__(self) -> None:
        """Return when the core packages are there. Raises StoreError."""
        async with self._filling:
            if self._is_filled:
                return
            try:
                await mirror(self._store(), self._cache, self._limits, self._clock())
            except (PackageError, Refused) as error:
                _LOG.warning("core packages are not mirrored: %s", error)
            self._is_filled = True


async def mirror(store: Store, cache: PackageCache, limits: ArchiveLimits, now: datetime) -> Sequence[Release]:
    """Place those core packages that are not on the shelf; takes a while for each. Raises Refused, PackageError."""
    wanted = [package for package in await asyncio.to_thread(cache.installed) if _is_core(package)]
    return [await _mirrored(store, cache, package, limits, now) for package in wanted if await _is_new(store, package)]


def _is_core(package: PackageId) -> bool:
    return package.name.startswith(CORE) and not is_prerelease(package.version)


async def _is_new(store: Store, package: PackageId) -> bool:
    return await release(store, *package) is None


async def _mirrored(
    store: Store, cache: PackageCache, package: PackageId, limits: ArchiveLimits, now: datetime
) -> Release:
    opened = await asyncio.to_thread(_packed, cache, package, limits)
    await store.keep(opened.content)

    async def work(transaction: Transaction) -> Release:
        # Another process may have been quicker, perhaps with another release of zlib.
        return await release(transaction, *package) or await place(transaction, opened, now, is_mirrored=True)

    return await store.commit(work)


def _packed(cache: PackageCache, package: PackageId, limits: ArchiveLimits) -> Opened:
    return open_package(pack_folder(cache.root / str(package)), limits)
