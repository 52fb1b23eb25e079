"""A copy of the file while it is in use (https://www.sqlite.org/backup.html)."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.packages.progress import Progress, silent
from fhir_kernel.store.sqlite.faults import faults_of
from fhir_kernel.store.sqlite.opening import connect, version_of

_BUSY = 60.0
_PAGES = 2_000
"""Copied between two words of progress; some eight megabytes."""


def back_up(source: Path, target: Path, progress: Progress = silent) -> None:
    """Copy the file as of one commit, whoever reads and writes meanwhile; nothing is migrated.

    The copy appears under its name once it is found whole and the disk has it. Raises StoreUnavailable, also where
    there is a file already, and StoreFull.
    """
    if not source.is_file():
        raise StoreUnavailable(f"{source}: there is no such file; name the one that the server uses")
    if target.exists():
        raise _taken(target)
    with closing(connect(source, busy=_BUSY, read_only=True)) as connection:
        with faults_of(source):
            version_of(connection, source)
        part = _claimed(target, source.stat().st_mode & 0o777)
        try:
            _copy(connection, part, progress)
            _check(part, progress)
            _wait_for_disk(part)
            if target.exists():
                raise _taken(target)
            part.rename(target)
            _wait_for_disk(target.parent)
        finally:
            part.unlink(missing_ok=True)


def _taken(target: Path) -> StoreUnavailable:
    return StoreUnavailable(f"{target}: there is a file already; a backup does not replace anything")


def _claimed(target: Path, mode: int) -> Path:
    """The file to write to until the copy is whole, which nobody else writes; as few may read it as the source."""
    part = target.with_name(target.name + ".part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
    except FileExistsError as error:
        text = "another backup is under way, or was interrupted; wait, or remove this file"
        raise StoreUnavailable(f"{part}: {text}") from error
    except OSError as error:
        raise StoreUnavailable(f"{part}: the copy cannot be written: {error.strerror}") from error
    return part


def _copy(source: sqlite3.Connection, part: Path, progress: Progress) -> None:
    """The reader keeps to one commit from its first look on, so that what others write does not make it begin anew."""

    def told(_status: int, remaining: int, total: int) -> None:
        progress("copy", total - remaining, total)

    with faults_of(part), closing(sqlite3.connect(part)) as copy:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(copy, pages=_PAGES, progress=told)
        source.execute("ROLLBACK")
        # The copy is in WAL mode like its source; a single file is what people carry away.
        copy.execute("PRAGMA journal_mode = DELETE")


def _check(part: Path, progress: Progress) -> None:
    """https://www.sqlite.org/pragma.html#pragma_integrity_check"""
    progress("check", 0, None)
    with faults_of(part), closing(sqlite3.connect(part)) as copy:
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise StoreUnavailable(f"{part}: the copy is damaged, as the file may be: {found}; keep the backups of before")


def _wait_for_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
