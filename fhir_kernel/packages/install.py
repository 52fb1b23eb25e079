"""Installs packages into the shared folder (https://hl7.org/fhir/packages.html): each whole, or not at all.

A package is unpacked beside its place and renamed, under a lock.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from filelock import FileLock, Timeout

from fhir_kernel.errors import ArchiveError, PackageError
from fhir_kernel.packages.archive import ArchiveLimits, extract_archive, read_archive
from fhir_kernel.packages.cache import PackageCache, is_whole
from fhir_kernel.packages.manifest import Manifest, PackageId, parse_manifest

_LOCK_FILE = ".plumbline.lock"
"""Not NAME#VERSION.lock, which other tools take as a sign that somebody is at work on the package, locked or not."""
_CACHE_FILE = "packages.ini"
_CACHE_HEAD = "[cache]\nversion=3\n"
_LEFT_BEHIND = 24 * 3600.0
_LOCK_WAIT = 600.0
_INDEXED = ("id", "url", "version", "kind", "type", "derivation", "supplements", "content")


def install_archive(
    cache: PackageCache, archive: Path, limits: ArchiveLimits, *, expected: PackageId | None = None
) -> Path:
    """Install a .tgz and return its folder; one that is there already is left as it is.

    Raises ArchiveError, and PackageError where the archive is not the `expected` package or the folder cannot be
    written.
    """
    package = archive_manifest(archive, limits).id
    if expected is not None and package != expected:
        raise PackageError(f"{archive.name} holds {package}; expected {expected}")
    with _locked(cache.root, package):
        return cache.find(package) or _unpack(cache.root, archive, package, limits)


def archive_manifest(archive: Path, limits: ArchiveLimits) -> Manifest:
    """The package.json of a .tgz. Raises ArchiveError, PackageError."""
    for document in read_archive(archive, limits):
        if document.name == "package/package.json":
            return parse_manifest(document.data, archive.name)
    raise ArchiveError(f"{archive.name} is no FHIR package: it holds no package/package.json")


@contextmanager
def _locked(root: Path, package: PackageId) -> Iterator[None]:
    try:
        root.mkdir(parents=True, exist_ok=True)
        _claim(root)
        with FileLock(root / _LOCK_FILE, timeout=_LOCK_WAIT):
            _sweep(root)
            yield
    except Timeout as error:
        raise PackageError(f"{package} is being installed by another program that does not finish") from error
    except OSError as error:
        raise PackageError(f"{package} cannot be installed in {root}: {error.strerror or error}") from error


def _unpack(root: Path, archive: Path, package: PackageId, limits: ArchiveLimits) -> Path:
    folder, temporary = root / str(package), root / str(uuid.uuid4())
    temporary.mkdir()
    try:
        extract_archive(archive, temporary, limits)
        _write_index(temporary / "package")
        if folder.exists() and not is_whole(folder):  # what an interrupted program left
            shutil.rmtree(folder)
        temporary.rename(folder)
    except OSError:
        if not is_whole(folder):  # else a tool that does not know this lock was quicker
            raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def _claim(root: Path) -> None:
    """Other tools empty a folder that is not marked as a cache of their version."""
    marker = root / _CACHE_FILE
    if not marker.exists():
        marker.write_text(_CACHE_HEAD, encoding="utf-8")


def _sweep(root: Path) -> None:
    """Remove what interrupted installations left; folders under way are younger."""
    for entry in os.scandir(root):
        is_temporary = entry.is_dir(follow_symlinks=False) and _is_uuid(entry.name)
        if is_temporary and time.time() - entry.stat().st_mtime > _LEFT_BEHIND:
            shutil.rmtree(entry.path, ignore_errors=True)


def _is_uuid(name: str) -> bool:
    try:
        return str(uuid.UUID(name)) == name
    except ValueError:
        return False


def _write_index(folder: Path) -> None:
    """Tools expect `.index.json` in each package; older packages come without."""
    if (folder / ".index.json").exists():
        return
    files = [row for path in sorted(folder.glob("*.json")) if (row := _index_row(path)) is not None]
    (folder / ".index.json").write_bytes(orjson.dumps({"index-version": 2, "files": files}))


def _index_row(path: Path) -> dict[str, str] | None:
    try:
        resource = orjson.loads(path.read_bytes())
    except ValueError:
        return None
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        return None
    row = {"filename": path.name, "resourceType": resource["resourceType"]}
    return row | {name: resource[name] for name in _INDEXED if isinstance(resource.get(name), str)}
