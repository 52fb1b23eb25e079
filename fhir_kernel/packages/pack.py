"""Makes .tgz packages whose bytes depend on their files alone (https://hl7.org/fhir/packages.html).

The same files give the same bytes with one release of zlib; another may pack tighter, so an archive that was published
is kept and never made again.
"""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

from fhir_kernel.errors import PackageError
from fhir_kernel.packages.documents import Document

_LEVEL = 9
_INDEX = ".index.json"


def pack(files: Iterable[Document]) -> bytes:
    """An archive of files, each named as it is below the archive's root: `package/package.json`."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=_LEVEL, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for file in sorted(files):
            member = tarfile.TarInfo(file.name)
            member.size = len(file.data)
            archive.addfile(member, io.BytesIO(file.data))
    return buffer.getvalue()


def pack_folder(root: Path) -> bytes:
    """An archive of an installed package's folder `package`, without what tools have put there. Raises PackageError."""
    folder = root / "package"
    try:
        paths = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and _is_its_own(path)]
        return pack(Document(path.relative_to(root).as_posix(), path.read_bytes()) for path in paths)
    except OSError as error:
        raise PackageError(f"{folder} cannot be read: {error.strerror}") from error


def _is_its_own(path: Path) -> bool:
    return not path.name.startswith(".") or path.name == _INDEX
