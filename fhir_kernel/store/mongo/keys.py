"""Eight-byte keys: everything about a resource that is compared by equality is one number in one array.

The number is a hash of the type of resource, the search parameter, the form of comparison and the text, so that one
multikey index serves every type and every parameter. Two texts share one with a chance of 2⁻⁶⁴.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b

from fhir_kernel.store.values import ReferenceValue, TokenValue

_SEPARATOR = "\0"


@lru_cache(maxsize=65_536)
def key(resource_type: str, parameter: str, form: str, *texts: str) -> int:
    """The key of one comparison, a signed number of 64 bits."""
    text = _SEPARATOR.join((resource_type, parameter, form, *texts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def type_key(resource_type: str) -> int:
    """The key that every current resource of a type has."""
    return key(resource_type, "", "is")


@lru_cache(maxsize=16_384)
def parameter_number(resource_type: str, parameter: str) -> int:
    """A number of 48 bits for a parameter of a type, in entries that are compared by range."""
    text = _SEPARATOR.join((resource_type, parameter))
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest(), "big")


@lru_cache(maxsize=65_536)
def token_keys(resource_type: str, parameter: str, value: TokenValue, form: str = "token") -> tuple[int, ...]:
    """The keys by which a token is found: system and code, either alone, the same with the type of an identifier."""
    asked: list[tuple[str | None, str | None, str | None]] = [
        (value.system, value.code, None),
        (None, value.code, None),
        (value.system, None, None),
    ]
    if value.type:
        pairs = ((value.system, value.code), (None, value.code), (value.system, None), (None, None))
        asked += [(system, code, value.type) for system, code in pairs]
    return tuple(token_key(resource_type, parameter, *each, form) for each in asked)


def token_key(
    resource_type: str,
    parameter: str,
    system: str | None,
    code: str | None,
    identifier_type: str | None = None,
    form: str = "token",
) -> int:
    """The key of tokens with what is given; None stands for anything."""
    asked = "".join("-" if each is None else "+" for each in (system, code, identifier_type))
    return key(resource_type, parameter, form, asked, system or "", code or "", identifier_type or "")


def reference_keys(resource_type: str, parameter: str, value: ReferenceValue) -> Iterator[int]:
    """The keys by which a reference is found: whole, by id alone, by URL, with and without version, by identifier."""
    for version in {"", value.version}:
        if value.id:
            yield reference_key(resource_type, parameter, f"{value.type}/{value.id}", version)
            yield reference_key(resource_type, parameter, f"/{value.id}", version)
        if value.url:
            yield key(resource_type, parameter, "url", value.url, version)
    if value.identifier is not None:
        yield token_key(resource_type, parameter, None, None, None, "identifier")
        yield from token_keys(resource_type, parameter, value.identifier, "identifier")


def reference_key(resource_type: str, parameter: str, target: str, version: str = "") -> int:
    """The key of references to `Type/id`, or to `/id` of whatever type."""
    return key(resource_type, parameter, "to", target, version)
