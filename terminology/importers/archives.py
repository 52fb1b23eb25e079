"""The files of a release, which lies in a folder or in a zip; what a zip may unpack to is limited."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from fhir_kernel.errors import ArchiveError
from fhir_kernel.packages.archive import ArchiveLimits

_FREE = 1 << 20


@dataclass(frozen=True, slots=True)
class Release:
    """A folder or a zip with the files of one release."""

    path: Path
    names: tuple[str, ...]
    """The files with `/` between folders, sorted."""

    def find(self, pattern: str) -> tuple[str, ...]:
        """The files of which the end of the path matches a regular expression, whatever its case."""
        wanted = re.compile(rf"(?:^|.*/){pattern}", re.IGNORECASE)
        return tuple(name for name in self.names if wanted.fullmatch(name))

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """The bytes of one of `names`. Raises ArchiveError, OSError."""
        if self.path.is_dir():
            with (self.path / name).open("rb") as file:
                yield file
            return
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(name) as member:
                yield member
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise ArchiveError(f"{self.path.name}: {name!r} cannot be unpacked: {error}") from error


def open_release(path: Path, limits: ArchiveLimits) -> Release:
    """The release at `path`. Raises ArchiveError where a zip is damaged or beyond the limits, OSError."""
    if path.is_dir():
        found = (each for each in path.rglob("*") if each.is_file())
        return Release(path, tuple(sorted(each.relative_to(path).as_posix() for each in found)))
    checked_zip(path, limits)
    with zipfile.ZipFile(path) as archive:
        return Release(path, tuple(sorted(name for name in archive.namelist() if not name.endswith("/"))))


def checked_zip(path: Path, limits: ArchiveLimits) -> None:
    """Raises ArchiveError where a zip says that it unpacks to more than allowed; unpacking checks what it says.

    `zipfile` stops a member at the size that the directory gives for it, so sizes that lie become errors of checksum.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ArchiveError(f"{path.name} is no zip archive that can be read: {error}") from error
    if len(members) > limits.members:
        raise ArchiveError(f"{path.name}: {len(members)} members; at most {limits.members} are allowed")
    total = sum(member.file_size for member in members)
    allowed = min(limits.total, limits.ratio * path.stat().st_size + _FREE)
    if total > allowed:
        raise ArchiveError(f"{path.name}: unpacks to {total} bytes; {allowed} are allowed for its size")
