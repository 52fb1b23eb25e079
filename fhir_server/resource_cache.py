"""Resources that a client sent once and means in later requests too, under an id that we gave it.

https://hl7.org/fhir/tools/OperationDefinition-cache-control.html
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.errors import LimitExceeded
from fhir_kernel.resource import Resource


@dataclass(frozen=True, slots=True)
class CacheLimits:
    """How much is remembered, and for how long nobody need ask for it."""

    caches: int
    bytes: int
    """Of all resources together, written as JSON."""
    idle: float
    """Seconds."""


@dataclass(frozen=True, slots=True)
class CacheState:
    """What a cache holds. `idle` is in seconds, before it was asked for now."""

    sealed: bool
    resources: int
    idle: float


@dataclass(slots=True)
class _Cache:
    sealed: bool
    used: float
    resources: dict[tuple[str, str, str], tuple[Resource, int]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(size for _, size in self.resources.values())


class ResourceCache:
    """Bounded, safe to use from several threads. `now` gives seconds that never go back."""

    def __init__(self, limits: CacheLimits, now: Callable[[], float], new_id: Callable[[], str]) -> None:
        self.limits = limits
        self._now, self._new_id = now, new_id
        self._lock = threading.Lock()
        self._caches: dict[str, _Cache] = {}
        self._bytes = 0

    def start(self, resources: Iterable[Resource] = (), *, sealed: bool = False) -> str:
        """A new cache with `resources`, and its id; one that is sealed takes no more. Raises LimitExceeded."""
        keyed = _keyed(resources)
        with self._lock:
            self._expire()
            if len(self._caches) >= self.limits.caches:
                raise LimitExceeded(f"there are {len(self._caches)} caches already; no more are kept")
            cache_id = self._new_id()
            cache = _Cache(sealed, self._now())
            self._put(cache, keyed)
            self._caches[cache_id] = cache
        return cache_id

    def add(self, cache_id: str, resources: Iterable[Resource]) -> bool:
        """Remember `resources`, each in place of one of the same url and version, unless the cache is sealed.

        False where there is no such cache. Raises LimitExceeded.
        """
        keyed = _keyed(resources)
        with self._lock:
            cache = self._used(cache_id)
            if cache is not None and not cache.sealed:
                self._put(cache, keyed)
        return cache is not None

    def resources(self, cache_id: str) -> Sequence[Resource] | None:
        """What is remembered, None where there is no such cache."""
        with self._lock:
            cache = self._used(cache_id)
            return None if cache is None else tuple(resource for resource, _ in cache.resources.values())

    def check(self, cache_id: str) -> CacheState | None:
        """What the cache holds; None where there is none. To ask is to use it."""
        with self._lock:
            before = self._caches[cache_id].used if cache_id in self._caches else 0.0
            cache = self._used(cache_id)
            return None if cache is None else CacheState(cache.sealed, len(cache.resources), self._now() - before)

    def end(self, cache_id: str) -> None:
        """Forget a cache, if it is there."""
        with self._lock:
            self._drop(cache_id)

    def _used(self, cache_id: str) -> _Cache | None:
        self._expire()
        cache = self._caches.get(cache_id)
        if cache is not None:
            cache.used = self._now()
            self._caches[cache_id] = self._caches.pop(cache_id)
        return cache

    def _expire(self) -> None:
        """The caches are in the order of their last use: the first that is fresh ends the search."""
        oldest = self._now() - self.limits.idle
        for cache_id in list(self._caches):
            if self._caches[cache_id].used > oldest:
                return
            self._drop(cache_id)

    def _drop(self, cache_id: str) -> None:
        cache = self._caches.pop(cache_id, None)
        self._bytes -= cache.size if cache is not None else 0

    def _put(self, cache: _Cache, keyed: dict[tuple[str, str, str], tuple[Resource, int]]) -> None:
        replaced = sum(cache.resources[key][1] for key in keyed if key in cache.resources)
        more = sum(size for _, size in keyed.values()) - replaced
        if self._bytes + more > self.limits.bytes:
            raise LimitExceeded(f"the resources would take more than {self.limits.bytes} bytes together")
        cache.resources.update(keyed)
        self._bytes += more


def _keyed(resources: Iterable[Resource]) -> dict[tuple[str, str, str], tuple[Resource, int]]:
    return {_key(each): (each, len(write_json(each))) for each in resources}


def _key(resource: Resource) -> tuple[str, str, str]:
    kind, url = str(resource.get("resourceType")), str(resource.get("url") or resource.get("id") or "")
    return kind, url, str(resource.get("version", ""))
