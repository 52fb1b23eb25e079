"""The ZIP that a DOCX is, opened with care (ECMA-376 part 2, Open Packaging Conventions; PKWARE APPNOTE 4.3.16).

Its directory is measured before it is read, every part is unpacked once within the sizes that the directory gives, and
no part may declare entities.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from fhir_kernel.errors import ArchiveError, LimitExceeded
from fhir_kernel.packages.archive import ArchiveLimits
from registry.refusal import Refused, refused
from terminology.importers.archives import checked_zip

MAGIC = b"PK\x03\x04"
_CHUNK = 1 << 16
_SMALL = 8_000_000
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 1 << 16
_LOCATOR_64, _LOCATOR_SIZE = b"PK\x06\x07", 20
_ROW, _LONGEST_NAME = 46, 512
_ENCRYPTED = 0x1
_DECLARATION = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)", re.IGNORECASE)
_OVERLAP = 32
_XML = (".xml", ".rels")


@contextmanager
def opened(path: Path, limits: ArchiveLimits) -> Iterator[zipfile.ZipFile]:
    """The archive, its directory and every part checked. Raises Refused, OSError."""
    try:
        _measure_directory(path, limits)
        checked_zip(path, limits)
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive, limits)
            yield archive
    except ArchiveError as error:
        raise _unusable(str(error).removeprefix(f"{path.name}: ").removeprefix(f"{path.name} ")) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error, ValueError) as error:
        raise _unusable(f"a part cannot be unpacked: {error}") from error


def small_part(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """A part that is about the text and not the text itself, so never large. Raises LimitExceeded."""
    size = archive.getinfo(name).file_size
    if size > _SMALL:
        raise LimitExceeded(f"{name!r} has {size} bytes; at most {_SMALL} are allowed")
    return archive.open(name)


def _measure_directory(path: Path, limits: ArchiveLimits) -> None:
    """A directory of millions of names fills the memory before anybody counts them."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _LONGEST_COMMENT - _END_SIZE - _LOCATOR_SIZE))
        tail = file.read()
    at = len(tail) - _END_SIZE
    if at < 0 or tail[at : at + 4] != _END or tail[-2:] != b"\0\0":
        at = tail.rfind(_END)
    if at < 0:
        raise ArchiveError("the ZIP archive has no directory: it may be cut short")
    if tail[max(0, at - _LOCATOR_SIZE) :].startswith(_LOCATOR_64):
        raise ArchiveError("the ZIP archive is of the kind for more than 4 GB, which no DOCX needs")
    stated = int.from_bytes(tail[at + 12 : at + 16], "little")
    if stated > limits.members * (_ROW + _LONGEST_NAME):
        raise ArchiveError(f"the directory has {stated} bytes, more than {limits.members} members need")


def _check_parts(archive: zipfile.ZipFile, limits: ArchiveLimits) -> None:
    seen: set[str] = set()
    for member in archive.infolist():
        name = member.filename.lower()
        if name in seen:
            raise ArchiveError(f"{member.filename!r} stands in it twice")
        seen.add(name)
        if member.flag_bits & _ENCRYPTED:
            raise ArchiveError(f"{member.filename!r} is encrypted")
        if member.file_size > limits.file:
            raise ArchiveError(f"{member.filename!r} has {member.file_size} bytes; at most {limits.file} are allowed")
        with archive.open(member) as part:
            _read_through(part, name)


def _read_through(part: IO[bytes], name: str) -> None:
    """Unpack to the end, which compares the checksum; XML may have no DOCTYPE."""
    before = b""
    while chunk := part.read(_CHUNK):
        if name.endswith(_XML) and _DECLARATION.search(before + chunk):
            raise ArchiveError(f"{name!r} declares a DOCTYPE or entities; expected none")
        before = chunk[-_OVERLAP:]


def _unusable(reason: str) -> Refused:
    return refused("invalid", f"the DOCX cannot be accepted: {reason}", f"无法接受该 DOCX 文件：{reason}", where="docx")
