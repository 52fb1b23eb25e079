"""Moving what was committed from the log into the file, on a thread of its own, so that commits need not wait for it.

https://www.sqlite.org/wal.html#ckpt: a passive checkpoint gets in nobody's way. The connection that writes makes one
too, should the log grow long nevertheless; little is left to be moved then.
"""

from __future__ import annotations

import sqlite3
from threading import Event, Thread

_ROWS = 30_000
"""How many rows are changed between checkpoints; some ten megabytes of log."""


class Checkpoints:
    """Makes a checkpoint each time that enough was written."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._wanted, self._closed = Event(), False
        self._rows = 0
        self._thread = Thread(target=self._run, name="sqlite-checkpoints", daemon=True)
        self._thread.start()

    def committed(self, rows: int) -> None:
        """So many rows have been changed since the connection that writes was opened."""
        if rows - self._rows >= _ROWS:
            self._rows = rows
            self._wanted.set()

    def close(self) -> None:
        """Finish the checkpoint under way, then close the connection. Blocks."""
        self._closed = True
        self._wanted.set()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while not self._closed:
            self._wanted.wait()
            self._wanted.clear()
            try:
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            except sqlite3.Error:
                # Nothing is lost: what was committed stands in the log. What is wrong with the file or the disk is met
                # again by the next commit, whose caller is told.
                continue
