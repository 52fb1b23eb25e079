"""The digests of what is published: SHA-256, and SM3 (GB/T 32905) where this machine's OpenSSL has it."""

from __future__ import annotations

import hashlib

_SM3 = "sm3"


def sha256_of(content: bytes) -> str:
    """FIPS 180-4, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def sm3_of(content: bytes) -> str:
    """GB/T 32905, in hexadecimal digits; empty where OpenSSL was built without it."""
    if _SM3 not in hashlib.algorithms_available:
        return ""
    return hashlib.new(_SM3, content).hexdigest()
