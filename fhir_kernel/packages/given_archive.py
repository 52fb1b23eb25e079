"""A package in a .tgz that a user names; it is read where it lies and not installed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from fhir_kernel.errors import PackageError
from fhir_kernel.packages.archive import ArchiveLimits, read_archive
from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.folder import is_resource_file
from fhir_kernel.packages.install import archive_manifest
from fhir_kernel.packages.package import Package

_EXAMPLES = ("package/example", "package/examples", "example", "examples")


def given_archive(path: Path, limits: ArchiveLimits) -> Package:
    """The package in a .tgz. Raises PackageError, ArchiveError."""
    manifest = archive_manifest(path, limits)
    return Package(
        source=str(path),
        fingerprint=f"archive {_digest(path)}",
        count=lambda: None,
        definitions=lambda: _documents(path, limits, lambda folder: folder == "package"),
        examples=lambda: _documents(path, limits, lambda folder: folder in _EXAMPLES),
        manifest=manifest,
    )


def _documents(path: Path, limits: ArchiveLimits, wanted: Callable[[str], bool]) -> Iterator[Document]:
    for document in read_archive(path, limits):
        name = PurePosixPath(document.name)
        if wanted(str(name.parent)) and is_resource_file(name.name):
            yield document


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PackageError(f"{path} cannot be read: {error.strerror}") from error
