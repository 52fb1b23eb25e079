"""Whether there is room for what was to be written, where SQLite does not say.

It tells a full disk (ENOSPC) as SQLITE_FULL, but a quota that is used up (EDQUOT) and a file that may not grow (EFBIG)
as SQLITE_IOERR, like a disk that is broken (https://www.sqlite.org/rescode.html#ioerr_write).
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

_REASONS: Mapping[int, str] = MappingProxyType(
    {
        errno.ENOSPC: "there is no room left for what is to be written; free some, then try again",
        errno.EDQUOT: "the quota of whoever runs this is used up; free some room or raise it, then try again",
        errno.EFBIG: "the file may not grow further; raise the limit on the size of files (ulimit -f, LimitFSIZE)",
    }
)
NO_ROOM = _REASONS[errno.ENOSPC]
_TRIAL = 65_536
"""Bytes that are written for a trial: more than is left over where a page did not fit any more."""


def why_no_room(path: Path) -> str | None:
    """Why nothing can be written beside `path`, or past its end; None where the reason is another, or there is room."""
    end = max(_size(each) for each in (path, path.with_name(path.name + "-wal")))
    try:
        with tempfile.TemporaryFile(dir=path.parent, buffering=0) as trial:
            written = os.pwrite(trial.fileno(), b"\0" * _TRIAL, end)
            os.pwrite(trial.fileno(), b"\0" * (_TRIAL - written), end + written)
            os.fsync(trial.fileno())
    except OSError as error:
        return _REASONS.get(error.errno or 0)
    return None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
