"""Where things lie while the demonstration runs, all below one folder."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

_BESIDE = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Stage:
    """What an earlier run has left there gives way."""

    folder: Path

    @property
    def store(self) -> Path:
        """The file of the store."""
        return self.folder / "plumbline.sqlite"

    @property
    def keys(self) -> Path:
        """The folder of the keys that sign tokens and packages."""
        return self.folder / "keys"

    @property
    def reports(self) -> Path:
        """The folder of the reports of scores, which a browser opens without a login."""
        return self.folder / "reports"

    def clear(self) -> None:
        """Begin with an empty store. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for suffix in _BESIDE:
            self.store.with_name(self.store.name + suffix).unlink(missing_ok=True)
        for folder in (self.keys, self.reports):
            shutil.rmtree(folder, ignore_errors=True)
        self.reports.mkdir()


def stage(output: Path | None) -> Stage:
    """In a folder, else in a temporary one. Raises OSError."""
    return Stage((output or Path(tempfile.mkdtemp(prefix="plumbline-demo-"))).resolve())
