"""Where a command writes what it made."""

from __future__ import annotations

import sys
from pathlib import Path


def write_out(data: bytes, path: Path | None) -> None:
    """Write `data`, which ends in a line break afterwards, to `path` or standard output. Raises OSError."""
    ended = data if data.endswith(b"\n") else data + b"\n"
    if path is None:
        sys.stdout.buffer.write(ended)
        sys.stdout.buffer.flush()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(ended)
