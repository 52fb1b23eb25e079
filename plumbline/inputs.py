"""Read what a person names: files, folders, bulk data (https://hl7.org/fhir/uv/bulkdata/), archives, standard input."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

from fhir_kernel.codec.limits import DEFAULT_LIMITS
from fhir_kernel.errors import PlumblineError
from fhir_kernel.issues import Issue, issue

if TYPE_CHECKING:
    from tarfile import TarInfo

MAX_RESOURCE_BYTES = DEFAULT_LIMITS.max_bytes
"""The most bytes read as one resource."""
MAX_ARCHIVE_BYTES = 4 * 1024 * 1024 * 1024
"""The most bytes unpacked from one archive."""
STDIN = "-"
_RESOURCES = (".json", ".xml")
_LINES = (".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")
_ARCHIVES = (".tgz", ".tar.gz", ".tar")
_NO_RESOURCES = ("package.json", ".index.json", ".index.db")


class InputMissing(PlumblineError):
    """Nothing that was named can be read."""


class _Readable(Protocol):
    def readline(self, size: int = -1, /) -> bytes: ...


class Document(NamedTuple):
    """One resource to check, as it was read; `problem` says why there is none. A tuple travels quickly to workers."""

    name: str
    data: bytes
    first_line: int = 1
    """The line of its file at which the resource starts."""
    problem: Issue | None = None

    @property
    def size(self) -> int:
        return len(self.data)


def read_all(paths: Iterable[str], stdin: Callable[[], IO[bytes]] | None = None) -> Iterator[Document]:
    """The resources in `paths`, in order, read as they are asked for; what cannot be read comes with its problem.

    A folder gives its `.json`, `.xml`, NDJSON and archive files, sorted, with those of its folders. Raises
    InputMissing where none of `paths` exists.
    """
    named = list(paths)
    absent = [path for path in named if path != STDIN and not Path(path).exists()]
    if len(absent) == len(named):
        raise InputMissing(f"no such file or folder: {', '.join(absent)}")
    for path in named:
        yield from _read_stdin(stdin or _standard_input) if path == STDIN else _guarded(Path(path))


def files_in(paths: Iterable[str]) -> Iterator[Path]:
    """The files that `paths` name, in the order in which they are read; not standard input, nor what is not there."""
    return (file for path in paths if path != STDIN and Path(path).exists() for file in _files(Path(path)))


def size_of(paths: Iterable[str]) -> int:
    """The bytes on disk of everything that `paths` name; standard input counts as none."""
    return sum(file.stat().st_size for file in files_in(paths))


def _standard_input() -> IO[bytes]:
    return sys.stdin.buffer


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in sorted(path.rglob("*")):
        known = file.name.lower().endswith(_RESOURCES + _LINES + _ARCHIVES) and file.name not in _NO_RESOURCES
        if known and file.is_file():
            yield file


def _guarded(path: Path) -> Iterator[Document]:
    for file in _files(path):
        try:
            yield from _read_file(file)
        except (OSError, EOFError, zlib.error) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            yield _unreadable(str(file), reason)


def _read_file(file: Path) -> Iterator[Document]:
    name = file.name.lower()
    if name.endswith(_ARCHIVES):
        yield from _read_archive(file)
    elif name.endswith(_LINES):
        with gzip.open(file) if name.endswith(".gz") else file.open("rb") as lines:
            yield from _read_lines(str(file), lines)
    else:
        with file.open("rb") as stream:
            yield _one(str(file), stream)


def _one(name: str, stream: IO[bytes]) -> Document:
    data = stream.read(MAX_RESOURCE_BYTES + 1)
    if len(data) > MAX_RESOURCE_BYTES:
        size = len(data) + sum(len(part) for part in iter(lambda: stream.read(1 << 20), b""))
        return Document(name, b"", problem=issue("input.too-large", "", found=size, expected=MAX_RESOURCE_BYTES))
    if not data.strip():
        return Document(name, b"", problem=issue("input.empty", ""))
    return Document(name, data)


def _read_lines(name: str, lines: _Readable) -> Iterator[Document]:
    number = 0
    while line := lines.readline(MAX_RESOURCE_BYTES + 1):
        number += 1
        if len(line) > MAX_RESOURCE_BYTES:
            size = len(line)
            while line and not line.endswith(b"\n"):
                size += len(line := lines.readline(1 << 20))
            problem = issue("input.too-large", "", found=size, expected=MAX_RESOURCE_BYTES)
            yield Document(f"{name}:{number}", b"", number, problem)
        elif line := line.strip():
            yield Document(f"{name}:{number}", line, number)


def _read_archive(file: Path) -> Iterator[Document]:
    """Members are read from the stream and never written to disk, so their names cannot do harm."""
    import tarfile  # few runs need it

    left = MAX_ARCHIVE_BYTES
    try:
        with tarfile.open(file, "r|*") as archive:
            for member in archive:
                left -= member.size
                if left < 0:
                    yield _unreadable(str(file), f"it unpacks to more than {MAX_ARCHIVE_BYTES} bytes")
                    return
                stream = archive.extractfile(member) if _wanted(member) else None
                if stream is not None:
                    yield from _read_member(f"{file}!{member.name}", stream)
    except tarfile.TarError as error:
        yield _unreadable(str(file), str(error))


def _wanted(member: TarInfo) -> bool:
    base = member.name.rpartition("/")[2]
    return member.isfile() and base not in _NO_RESOURCES and base.lower().endswith((*_RESOURCES, *_LINES))


def _read_member(name: str, stream: IO[bytes]) -> Iterator[Document]:
    if not name.lower().endswith(_LINES):
        yield _one(name, stream)
        return
    with gzip.open(stream) if name.lower().endswith(".gz") else stream as lines:
        yield from _read_lines(name, lines)


def _read_stdin(stdin: Callable[[], IO[bytes]]) -> Iterator[Document]:
    """One resource, or one a line where each of the first two lines is a whole JSON object."""
    document = _one("stdin", stdin())
    lines = document.data.splitlines()
    if len(lines) < 2 or not all(line.startswith(b"{") and line.rstrip().endswith(b"}") for line in lines[:2]):
        yield document
        return
    yield from (Document(f"stdin:{n}", line, n) for n, line in enumerate(lines, 1) if line.strip())


def _unreadable(name: str, reason: str) -> Document:
    return Document(name, b"", problem=issue("input.not-read", "", reason=reason))
