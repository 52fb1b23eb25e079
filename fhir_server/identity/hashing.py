"""Secrets are hashed in threads, a few at a time, so that the server answers others meanwhile."""

from __future__ import annotations

import asyncio

from fhir_server.identity.secrets import SecretHasher

_AT_ONCE, _WAITING = 2, 64
"""How many secrets are hashed at the same time, and how many may wait for that."""


class Hashing:
    """Does in threads what `hasher` does; look whether it `is_full` before more work is given to it."""

    def __init__(self, hasher: SecretHasher) -> None:
        self._hasher = hasher
        self._turns, self._waiting = asyncio.Semaphore(_AT_ONCE), 0

    @property
    def is_full(self) -> bool:
        """Whether so many wait that another one should be sent away."""
        return self._waiting >= _WAITING

    async def matches(self, secret: str, secret_hash: str | None) -> bool:
        """As `SecretHasher.matches`."""
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(self._hasher.matches, secret, secret_hash)
        finally:
            self._waiting -= 1

    async def hash(self, secret: str) -> str:
        """As `SecretHasher.hash`."""
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(self._hasher.hash, secret)
        finally:
            self._waiting -= 1
