"""Compile a package into an index file, once for each state of the package and of this program."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from glob import escape as glob_escape
from pathlib import Path
from typing import IO, Any

from filelock import FileLock

from fhir_kernel.definitions import index_format, index_model
from fhir_kernel.definitions.index import Entry, entry_of, has_snapshot
from fhir_kernel.definitions.index_format import DamagedIndex, IndexFile, IndexWriter
from fhir_kernel.definitions.model import Model
from fhir_kernel.errors import PackageError
from fhir_kernel.packages.documents import dump_json, has_fraction, resources_of
from fhir_kernel.packages.package import Package
from fhir_kernel.packages.progress import Progress
from fhir_kernel.resource import Resource

_KEPT_STATES = 3
_TEMPORARY = ".building-"
_LEFT_BEHIND = 24 * 3600.0
_ROW_COLUMNS = (*Entry._fields[:-1], "offset", "length", "checksum", "exact")


def build_index(
    package: Package, path: Path, fingerprint: str, types: Callable[[], Model], progress: Progress, *, anew: bool
) -> IndexFile:
    """Compile `package` to `path` and open it. Another process that does the same is waited for, and its work used
    unless `anew`. Where the folder cannot be written, the index lives in a temporary file. Raises PackageError.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock")):
            if anew or not _is_good(path, fingerprint):
                _write_atomically(package, path, fingerprint, types, progress)
                _remove_older_states(path)
            return index_format.open_file(path, fingerprint)
    except OSError:
        return _build_for_now(package, fingerprint, types, progress)


def _is_good(path: Path, fingerprint: str) -> bool:
    try:
        index_format.open_file(path, fingerprint)
    except (DamagedIndex, OSError):
        return False
    return True


def _write_atomically(
    package: Package, path: Path, fingerprint: str, types: Callable[[], Model], progress: Progress
) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=_TEMPORARY, delete=False) as file:
        temporary = Path(file.name)
        try:
            _compile(package, file, fingerprint, types, progress)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    temporary.replace(path)


def _build_for_now(package: Package, fingerprint: str, types: Callable[[], Model], progress: Progress) -> IndexFile:
    try:
        with tempfile.TemporaryFile() as file:
            _compile(package, file, fingerprint, types, progress)
            file.flush()
            return IndexFile(file)
    except OSError as error:
        raise PackageError(f"there is no room for the index of {package.source}: {error.strerror}") from error


def _compile(
    package: Package, file: IO[bytes], fingerprint: str, types: Callable[[], Model], progress: Progress
) -> None:
    writer = IndexWriter(file)
    writer.begin()
    rows: list[tuple[Any, ...]] = []
    structures: list[Resource] = []
    stage, count = f"Indexing {package.source}", package.count()
    for done, document in enumerate(package.definitions()):
        progress(stage, done, count)
        for resource in resources_of(document, types):
            entry = entry_of(resource, package.source)
            if entry is None:
                continue
            data = dump_json(resource)
            rows.append((*entry[:-1], *writer.add(data), has_fraction(data)))
            if entry.defines_type and has_snapshot(resource):
                structures.append(resource)
    columns = {name: [row[number] for row in rows] for number, name in enumerate(_ROW_COLUMNS)}
    writer.finish(_encoded_types(structures), index_format.pack_table(fingerprint, columns))
    progress(stage, count or len(rows), count or len(rows))


def _encoded_types(structures: Sequence[Resource]) -> bytes:
    """Only a package that defines them all can tell the types; others are joined with it when they are loaded."""
    is_core = any(structure["type"] == "Element" for structure in structures)
    return index_model.encode_model(index_model.types_of(structures) if is_core else Model({}))


def _remove_older_states(path: Path) -> None:
    """Keep the newest few, for two installations may share the folder; and what was interrupted, for a day."""
    for left in path.parent.glob(f"{_TEMPORARY}*"):
        if time.time() - left.stat().st_mtime > _LEFT_BEHIND:
            left.unlink(missing_ok=True)
    stem = path.name.rpartition("-")[0]
    states = sorted(path.parent.glob(f"{glob_escape(stem)}-*.index"), key=lambda each: each.stat().st_mtime)
    for old in states[:-_KEPT_STATES]:
        old.unlink(missing_ok=True)
        old.with_suffix(".lock").unlink(missing_ok=True)
