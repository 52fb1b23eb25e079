"""What SQLite reports, as the exceptions of stores (https://www.sqlite.org/rescode.html)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fhir_kernel.errors import StoreError, StoreFull, StoreUnavailable
from fhir_kernel.store.sqlite.room import NO_ROOM, why_no_room

_SENTENCES = {
    sqlite3.SQLITE_BUSY: "another process has been writing to it for too long; try again, or look for one that hangs",
    sqlite3.SQLITE_LOCKED: "another process has been writing to it for too long; try again, or look for one that hangs",
    sqlite3.SQLITE_NOTADB: "it is no SQLite database; name another file, or restore a backup",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; stop the server and restore a backup",
    sqlite3.SQLITE_IOERR: "the disk does not answer as it should; look at the system's log, then restore a backup",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened; see whether its directory exists and may be written to",
    sqlite3.SQLITE_READONLY: "the file may not be written to; see who owns it and its directory",
    sqlite3.SQLITE_PERM: "the file may not be opened; see who owns it",
}
_OF_WRITING = frozenset(
    (
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_DIR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
    )
)
"""Codes with their extension that may be for want of room."""


def primary_code(error: sqlite3.Error) -> int | None:
    """The result code of SQLite without its extension; None of a mistake in how the library was called."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def fault(path: Path, error: sqlite3.Error) -> StoreError | None:
    """The exception to raise in the place of `error`; None where it is a mistake of ours and must be seen as it is."""
    code = primary_code(error)
    if code == sqlite3.SQLITE_FULL:
        return StoreFull(f"{path}: {NO_ROOM}")
    if getattr(error, "sqlite_errorcode", None) in _OF_WRITING and (reason := why_no_room(path)) is not None:
        return StoreFull(f"{path}: {reason}")
    sentence = _SENTENCES.get(code) if code is not None else None
    return None if sentence is None else StoreUnavailable(f"{path}: {sentence} ({error})")


@contextmanager
def faults_of(path: Path) -> Iterator[None]:
    """Raises what SQLite reports within as StoreFull or StoreUnavailable."""
    try:
        yield
    except sqlite3.Error as error:
        known = fault(path, error)
        if known is None:
            raise
        raise known from error
