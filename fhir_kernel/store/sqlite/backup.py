"""A copy of the file while it is in use (https://www.sqlite.org/backup.html)."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.sqlite.faults import faults_of


def back_up(source: sqlite3.Connection, path: Path) -> None:
    """Copy all of it in one step, so that it is the state of one commit; the copy appears once it is whole and durable.

    Raises StoreUnavailable if there is a file already, StoreFull.
    """
    if path.exists():
        raise StoreUnavailable(f"{path}: there is a file already; a backup does not replace anything")
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with faults_of(part), closing(sqlite3.connect(part)) as target:
            source.backup(target)
            # The copy is in WAL mode like its source; a single file is what people carry away.
            target.execute("PRAGMA journal_mode = DELETE")
        _wait_for_disk(part)
        part.rename(path)
        _wait_for_disk(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _wait_for_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
