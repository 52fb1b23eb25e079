"""Content by its SHA-256 (https://csrc.nist.gov/pubs/fips/180-4/upd1/final), cut into pieces so that no row is huge.

A store writes the pieces first and then, once all of them are durable, the line that says that they are whole. Whoever
is interrupted in between leaves pieces that nothing refers to; to keep the same content again goes on from there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple

from fhir_kernel.errors import StoreUnavailable

PIECE = 1 << 20
"""Bytes: what a database writes at once without others noticing."""


class Content(NamedTuple):
    """What there is of a content."""

    size: int
    pieces: int


def digest_of(content: bytes) -> str:
    """The name of a content: its SHA-256 in lower-case hexadecimal digits."""
    return sha256(content).hexdigest()


def cut(content: bytes) -> Iterator[memoryview]:
    """The pieces of a content, none of them copied."""
    view = memoryview(content)
    return (view[at : at + PIECE] for at in range(0, len(view), PIECE))


def described(content: bytes) -> Content:
    """The line that says that the pieces are whole."""
    return Content(len(content), -(-len(content) // PIECE))


async def checked(pieces: AsyncIterator[bytes], digest: str) -> AsyncIterator[bytes]:
    """The pieces as they come, the last of them not before all were found to be what was kept.

    Raises StoreUnavailable where they are not: the disk has changed them.
    """
    found, last = sha256(), b""
    async for piece in pieces:
        found.update(piece)
        if last:
            yield last
        last = piece
    if found.hexdigest() != digest:
        raise StoreUnavailable(f"the content {digest} was found damaged; stop the server and restore a backup")
    if last:
        yield last


async def whole(pieces: AsyncIterator[bytes]) -> bytes:
    """The content that pieces make, of which there is one copy while they are put together."""
    buffer = BytesIO()
    async for piece in pieces:
        buffer.write(piece)
    return buffer.getvalue()
