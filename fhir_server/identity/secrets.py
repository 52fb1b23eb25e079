"""Secrets of clients: made here, shown once, and kept only as hashes (Argon2id, RFC 9106)."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_BYTES = 32
_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1
"""What OWASP names as the least for passwords; our secrets are 256 random bits, which nobody guesses anyway."""


class SecretHasher:
    """Hashes secrets and compares them with hashes, in constant time. Both take about 20 ms and 19 MB."""

    def __init__(self, memory_kib: int = _MEMORY_KIB, passes: int = _PASSES) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=_LANES)
        self._nobodys = self._hasher.hash(new_secret())

    def hash(self, secret: str) -> str:
        """What may be kept of a secret."""
        return self._hasher.hash(secret)

    def matches(self, secret: str, secret_hash: str | None) -> bool:
        """Whether the hash is that of the secret. Without a hash: no, after as long a time as with one."""
        try:
            same = self._hasher.verify(secret_hash or self._nobodys, secret)
        except (VerificationError, InvalidHashError):
            return False
        return same and secret_hash is not None


def new_secret() -> str:
    """A secret that was never given before: 43 characters that need no escaping anywhere."""
    return secrets.token_urlsafe(_BYTES)
