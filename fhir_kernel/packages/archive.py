"""Reads .tgz packages from anybody: every name, kind of member and size is checked before it is used.

https://hl7.org/fhir/packages.html says what a package archive is: tar, compressed with gzip.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from fhir_kernel.errors import ArchiveError
from fhir_kernel.packages.documents import Document
from fhir_kernel.settings import Settings

_SLACK = _CHUNK = 1 << 20
_LONGEST_NAME = 1000
_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an archive may not exceed; sizes in bytes."""

    total: int = 2_000_000_000
    members: int = 100_000
    file: int = 256_000_000
    ratio: int = 200
    """Unpacked bytes for one packed byte, on average; the first megabyte is free."""

    @classmethod
    def of(cls, settings: Settings) -> ArchiveLimits:
        """What the settings allow."""
        return cls(
            settings.archive_bytes, settings.archive_members, settings.archive_file_bytes, settings.archive_ratio
        )


def read_archive(path: Path, limits: ArchiveLimits) -> Iterator[Document]:
    """The files of a .tgz in their order, one in memory at a time. Raises ArchiveError naming the member at fault."""
    try:
        with path.open("rb") as packed:
            yield from read_packed(packed, path.name, limits)
    except FileNotFoundError as error:
        raise ArchiveError(f"{path} does not exist") from error
    except OSError as error:
        raise ArchiveError(f"{path.name} is damaged: {error}") from error


def read_packed(packed: BinaryIO, name: str, limits: ArchiveLimits) -> Iterator[Document]:
    """The same of an archive that is open, or in memory; messages call it by `name`."""
    try:
        size = packed.seek(0, io.SEEK_END)
        packed.seek(0)
        if packed.read(2) != _MAGIC:
            raise ArchiveError(f"{name} is not a .tgz archive: it does not begin as gzip does")
        packed.seek(0)
        yield from _members(packed, size, name, limits)
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError, IndexError) as error:
        raise ArchiveError(f"{name} is damaged: {error}") from error


def extract_archive(path: Path, target: Path, limits: ArchiveLimits) -> None:
    """Unpack a .tgz into `target`, which is new and empty. Raises ArchiveError, OSError."""
    for document in read_archive(path, limits):
        destination = target / document.name
        try:
            destination.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise ArchiveError(f"{path.name}: {document.name!r} stands below another file") from error
        if destination.is_dir():
            raise ArchiveError(f"{path.name}: {document.name!r} is a file and a folder")
        destination.write_bytes(document.data)


def _members(packed: BinaryIO, size: int, archive_name: str, limits: ArchiveLimits) -> Iterator[Document]:
    allowed = min(limits.total, limits.ratio * size + _SLACK)
    with (
        gzip.GzipFile(fileobj=packed) as unpacked,
        _Counted(unpacked, allowed, archive_name) as counted,
        tarfile.open(fileobj=counted, mode="r|") as archive,
    ):
        for count, member in enumerate(archive, start=1):
            if count > limits.members:
                raise ArchiveError(f"{archive_name}: more than {limits.members} members")
            name = _checked_name(member, archive_name)
            if member.isdir():
                continue
            _check_member(member, archive_name, limits)
            file = archive.extractfile(member)
            data = file.read() if file else b""
            if len(data) != member.size:
                raise ArchiveError(f"{archive_name}: {name!r} is cut short")
            yield Document(name, data)
        while counted.read(_CHUNK):  # gzip's checksum comes last
            pass


class _Counted(io.RawIOBase):
    """Stops when more is unpacked than allowed: an archive may lie about its sizes, and headers have sizes too."""

    def __init__(self, unpacked: gzip.GzipFile, allowed: int, name: str) -> None:
        self._unpacked, self._allowed, self._left, self._name = unpacked, allowed, allowed, name

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data = self._unpacked.read(size if 0 <= size <= self._left else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise ArchiveError(f"{self._name}: unpacks to more than the {self._allowed} bytes allowed for its size")
        return data


def _checked_name(member: tarfile.TarInfo, archive: str) -> str:
    name = member.name
    path = PurePosixPath(name)
    is_drive = len(name) > 1 and name[1] == ":"
    if path.is_absolute() or is_drive:
        raise ArchiveError(f"{archive}: {name!r} is an absolute path")
    if ".." in path.parts:
        raise ArchiveError(f"{archive}: {name!r} leads out of the package")
    if "\\" in name or any(ord(character) < 32 for character in name):
        raise ArchiveError(f"{archive}: {name!r} holds a backslash or a control character")
    if len(name) > _LONGEST_NAME or (not path.parts and not member.isdir()):
        raise ArchiveError(f"{archive}: {name[:80]!r} is no name for a file")
    return str(path)


def _check_member(member: tarfile.TarInfo, archive: str, limits: ArchiveLimits) -> None:
    if member.issym() or member.islnk():
        raise ArchiveError(f"{archive}: {member.name!r} is a link to {member.linkname!r}")
    if not member.isreg() or member.issparse():
        raise ArchiveError(f"{archive}: {member.name!r} is neither a plain file nor a folder")
    if member.size > limits.file:
        raise ArchiveError(f"{archive}: {member.name!r} has {member.size} bytes; at most {limits.file} are allowed")
