"""Sixty-three bits that stand for what is only ever compared for equality.

A token has one for each way to ask for it (https://hl7.org/fhir/R4/search.html#token): system and code, code alone,
system alone; one with a type four more, for `:of-type`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

from fhir_kernel.store.criteria import TokenTest
from fhir_kernel.store.values import TokenValue

_HIGHEST = 2**63 - 1


@lru_cache(maxsize=65_536)
def hash_of(kind: str, *parts: str) -> int:
    """63 bits of a text, below zero unless `kind` is empty, which is that of a token's system and code."""
    text = "\0".join((kind, *parts)).encode(errors="surrogatepass")
    number = int.from_bytes(blake2b(text, digest_size=8).digest()) & _HIGHEST
    return ~number if kind else number


def token_hash(test: TokenTest) -> int | None:
    """What the rows of tokens that pass the test have; None where any token does."""
    match test:
        case TokenTest(None, None, None):
            return None
        case TokenTest(None, str(code), None):
            return hash_of("c", code)
        case TokenTest(str(system), None, None):
            return hash_of("s", system)
        case TokenTest(str(system), str(code), None):
            return hash_of("", system, code)
        case TokenTest(system, code, type_):
            given = (
                "t",
                type_ or "",
                *(f"{mark}{each}" for mark, each in (("s", system), ("c", code)) if each is not None),
            )
            return hash_of(*given)


def token_hashes(value: TokenValue) -> Iterator[int]:
    """The hashes of a token's rows."""
    system, code, type_ = value.system, value.code, value.type
    yield hash_of("", system, code)
    yield hash_of("c", code)
    yield hash_of("s", system)
    if type_:
        yield hash_of("t", type_)
        yield hash_of("t", type_, f"s{system}")
        yield hash_of("t", type_, f"c{code}")
        yield hash_of("t", type_, f"s{system}", f"c{code}")


def unit_hash(unit: str) -> int:
    """A unit, or the system of one, as it is written."""
    return hash_of("q", unit)


def canonical_hash(unit: str) -> int:
    """A canonical unit."""
    return hash_of("k", unit)
