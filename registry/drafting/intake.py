"""Takes an upload from anybody onto the disk: no more of it than is allowed is read, and none of it stays in memory.

The digest is SHA-256 (https://csrc.nist.gov/pubs/fips/180-4/upd1/final).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from registry.refusal import refused

_BATCH = 1 << 20


@dataclass(frozen=True, slots=True)
class Upload:
    """What was taken in: a file that goes away when its user is done with it."""

    path: Path
    size: int
    """Bytes."""
    sha256: str


@asynccontextmanager
async def taken_in(
    chunks: AsyncIterator[bytes], folder: Path, most: int, *, declared: int | None = None
) -> AsyncIterator[Upload]:
    """The upload that `chunks` bring, in a file below `folder` for as long as the block lasts.

    `declared` is what Content-Length says. Raises Refused (too-large) as soon as there are more than `most` bytes, and
    before the first is read where `declared` says so; Refused (invalid) for an empty one.
    """
    if declared is not None and declared > most:
        raise too_large(declared, most)
    with _file_in(folder) as path:
        size, digest = await _written(chunks, path, most)
        if size == 0:
            raise refused("invalid", "the upload is empty", "上传的文件是空的")
        yield Upload(path, size, digest)


def too_large(found: int, most: int) -> Exception:
    """The refusal of an upload of `found` bytes or more."""
    return refused(
        "too-large",
        f"the upload has {found} bytes or more; at most {most} are allowed",
        f"上传文件至少有 {found} 字节，最多允许 {most} 字节",
    )


async def _written(chunks: AsyncIterator[bytes], path: Path, most: int) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    waiting = bytearray()
    with path.open("wb") as file:

        def put(data: bytes) -> None:
            digest.update(data)
            file.write(data)

        async for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise too_large(size, most)
            waiting += chunk
            if len(waiting) >= _BATCH:
                await asyncio.to_thread(put, bytes(waiting))
                waiting.clear()
        await asyncio.to_thread(put, bytes(waiting))
    return size, digest.hexdigest()


@contextmanager
def _file_in(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="upload-", dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
