"""Packages that lie unpacked in a folder, and loose definitions (https://hl7.org/fhir/packages.html)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from fhir_kernel.errors import PackageError
from fhir_kernel.packages.documents import Document
from fhir_kernel.packages.manifest import parse_manifest
from fhir_kernel.packages.package import Package

_NOT_RESOURCES = ("package.json", ".index.json")
_SUFFIXES = (".json", ".xml")
_EXAMPLES = ("examples", "example")
_SMALL = 64
_MOST_FILES = 100_000


def unpacked_package(root: Path) -> Package:
    """The package in `root`, a folder of the cache, which holds `package/package.json`.

    Such a folder is never changed, only replaced; its time and its manifest tell its state. Raises PackageError.
    """
    folder = root / "package"
    data = _read(folder / "package.json")
    state = f"{folder.stat().st_mtime_ns} {hashlib.sha256(data).hexdigest()}"
    manifest = parse_manifest(data, str(root))
    return Package(
        source=str(manifest.id),
        fingerprint=f"unpacked {manifest.id} {state}",
        count=lambda: len(_listed(folder)),
        definitions=lambda: _documents(folder, _listed(folder)),
        examples=lambda: _examples(root),
        manifest=manifest,
    )


def given_folder(path: Path) -> Package:
    """The package or the loose definitions in a folder that a user names. Raises PackageError."""
    root = path.parent if path.name == "package" and (path / "package.json").is_file() else path
    if (root / "package" / "package.json").is_file():
        folder, names, manifest_file = root / "package", _listed(root / "package"), root / "package" / "package.json"
    else:
        folder, names, manifest_file = path, _found_below(path), path / "package.json"
    manifest = parse_manifest(_read(manifest_file), str(path)) if _is_fhir_manifest(manifest_file) else None
    if not names:
        raise PackageError(f"{path} holds no JSON or XML file")
    return Package(
        source=str(path),
        fingerprint=f"folder {folder.resolve()} {_state_of(folder, names)}",
        count=lambda: len(names),
        definitions=lambda: _documents(folder, names),
        examples=lambda: _examples(root) if folder != path else iter(()),
        manifest=manifest,
        is_small=len(names) < _SMALL,
    )


def given_file(path: Path) -> Package:
    """The definition, or the Bundle of definitions, in one JSON or XML file."""
    return Package(
        source=str(path),
        fingerprint=f"file {path.resolve()} {_state_of(path.parent, [path.name])}",
        count=lambda: 1,
        definitions=lambda: _documents(path.parent, [path.name]),
        examples=lambda: iter(()),
        is_small=True,
    )


def is_resource_file(name: str) -> bool:
    """Whether a file of this name may hold a resource."""
    return name.lower().endswith(_SUFFIXES) and name not in _NOT_RESOURCES and not name.startswith(".")


def _is_fhir_manifest(path: Path) -> bool:
    """A folder of loose definitions may be somebody's JavaScript project: only a FHIR manifest counts."""
    return path.is_file() and b'"fhirVersions"' in _read(path)


def _listed(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if is_resource_file(entry.name) and entry.is_file())
    except OSError as error:
        raise PackageError(f"{folder} cannot be read: {error.strerror}") from error


def _found_below(path: Path) -> list[str]:
    names: list[str] = []
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        here = Path(folder).relative_to(path)
        names.extend(str(here / name) for name in sorted(files) if is_resource_file(name))
        if len(names) > _MOST_FILES:
            raise PackageError(f"{path} holds more than {_MOST_FILES} JSON and XML files; name a smaller folder")
    return names


def _state_of(folder: Path, names: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for name in names:
        stat = (folder / name).stat()
        digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _documents(folder: Path, names: Sequence[str]) -> Iterator[Document]:
    return (Document(name, _read(folder / name)) for name in names)


def _examples(root: Path) -> Iterator[Document]:
    for folder in (*(root / "package" / name for name in _EXAMPLES), *(root / name for name in _EXAMPLES)):
        if folder.is_dir():
            yield from _documents(folder, _listed(folder))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PackageError(f"{path} cannot be read: {error.strerror}") from error
