"""Sixty-three bits that stand for what is only ever compared for equality."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

from fhir_kernel.store.values import TokenValue

ANY_CODE = -1
"""In the place of a code's hash: the row by which a token's system is found."""

_HIGHEST = 2**63 - 1


@lru_cache(maxsize=65_536)
def hash_of(kind: str, *parts: str) -> int:
    """The bits of texts of a kind."""
    text = "\0".join((kind, *parts)).encode(errors="surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest()) & _HIGHEST


def code_hash(code: str | None, type_: str | None) -> int:
    """What a token's row has that is asked for by code, by type, or by both; below zero where that is not by code."""
    if type_ is None:
        return ANY_CODE if code is None else hash_of("c", code)
    asked = hash_of("t", type_) if code is None else hash_of("t", type_, code)
    return ~asked - 1


def shown_hash(value: TokenValue) -> int:
    """The row that a token is found by when its text is known: of its code, or of the text where it has no code."""
    return hash_of("c", value.code) if value.code else ~hash_of("x", value.text) - 1


def code_hashes(value: TokenValue) -> Iterator[int]:
    """The hashes of a token's rows, each of which has its system beside it."""
    yield hash_of("c", value.code)
    yield ANY_CODE
    if value.text and not value.code:
        yield shown_hash(value)
    if value.type:
        yield code_hash(None, value.type)
        yield code_hash(value.code, value.type)


def unit_hash(unit: str) -> int:
    """A unit, or the system of one, as it is written."""
    return hash_of("q", unit)


def canonical_hash(unit: str) -> int:
    """A canonical unit."""
    return hash_of("k", unit)
