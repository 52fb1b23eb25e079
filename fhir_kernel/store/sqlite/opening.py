"""Opening the file: settings of a connection, the version of the schema and its migrations.

https://www.sqlite.org/wal.html: readers see the last commit while another one is written; `synchronous=FULL` makes a
commit wait until the disk has it.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from fhir_kernel.errors import StoreUnavailable
from fhir_kernel.store.sqlite.faults import faults_of, primary_code
from fhir_kernel.store.sqlite.functions import add_functions
from fhir_kernel.store.sqlite.schema import APPLICATION, MIGRATIONS

_PAGE = 4096
_READ_CACHE, _WRITE_CACHE = 16_384, 65_536
"""KiB; the system keeps what stands in no cache of ours."""

_PAGES_BETWEEN_CHECKPOINTS = 16_000


def connect(path: Path, *, busy: float, most_bytes: int | None = None, read_only: bool = False) -> sqlite3.Connection:
    """A connection in autocommit mode that waits `busy` seconds for a lock. Raises StoreUnavailable."""
    with faults_of(path):
        connection = sqlite3.connect(
            path, timeout=busy, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_BETWEEN_CHECKPOINTS}")
        connection.execute(f"PRAGMA cache_size = -{_READ_CACHE if read_only else _WRITE_CACHE}")
        connection.execute("PRAGMA temp_store = MEMORY")
        if most_bytes is not None:
            connection.execute(f"PRAGMA max_page_count = {max(1, most_bytes // _PAGE)}")
        if read_only:
            connection.execute("PRAGMA query_only = ON")
    add_functions(connection)
    return connection


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the file to the schema of this release, making it if it is new. Raises StoreUnavailable."""
    with faults_of(path):
        version = version_of(connection, path)
        # A backup is not in this mode, and a file keeps it once it is.
        _use_wal(connection)
        if version == len(MIGRATIONS):
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            for migration in MIGRATIONS[version_of(connection, path) :]:
                _run(connection, migration)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the schema. Raises StoreUnavailable where the file is another program's or a newer release's."""
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION and (application or version or tables):
        raise StoreUnavailable(f"{path}: this SQLite file was made by another program; name another file")
    if version > len(MIGRATIONS):
        raise StoreUnavailable(
            f"{path}: the file has schema version {version}, but this release knows versions up to {len(MIGRATIONS)}; "
            "use the newer release that wrote it, or restore a backup of before"
        )
    return version


def _use_wal(connection: sqlite3.Connection) -> None:
    """Several processes may start on a new file; SQLite does not wait for the lock that this needs."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY:
                raise
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
        else:
            return


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Statement by statement: `executescript` would commit what is under way."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
