"""Names a source by its content, so that importing it again is known to change nothing (RFC 6920)."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from pathlib import Path

READ_BY = "1"
"""Raised whenever importers read the same source differently, so that it is imported anew."""
_SCHEME = "ni:///sha-256;"


def source_name(paths: Iterable[Path], *options: object) -> str:
    """An RFC 6920 name of the content of `paths` (files, or folders with all below them) and of the options.

    The names and times of files do not count, the order of `paths` does. Raises OSError.
    """
    digest = hashlib.sha256(READ_BY.encode())
    for path in paths:
        for file in _files(path):
            with file.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return _named(digest, options)


def content_name(content: bytes, *options: object) -> str:
    """As `source_name`, of bytes at hand."""
    digest = hashlib.sha256(READ_BY.encode())
    digest.update(hashlib.sha256(content).digest())
    return _named(digest, options)


def is_source_name(text: str) -> bool:
    """Whether `meta.source` was written by an import."""
    return text.startswith(_SCHEME)


def _named(digest: hashlib._Hash, options: Iterable[object]) -> str:
    digest.update(repr(tuple(options)).encode())
    return _SCHEME + urlsafe_b64encode(digest.digest()).decode().rstrip("=")


def _files(path: Path) -> list[Path]:
    return sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
