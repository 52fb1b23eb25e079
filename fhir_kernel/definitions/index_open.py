"""The compiled index of a package: opened if there is a good one on disk, made if not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fhir_kernel.definitions import index_format, model
from fhir_kernel.definitions.index import FileLayer, Layer, MemoryLayer
from fhir_kernel.definitions.index_format import DamagedIndex, IndexFile
from fhir_kernel.definitions.model import Model
from fhir_kernel.packages.documents import resources_of
from fhir_kernel.packages.package import Package
from fhir_kernel.packages.progress import Progress, silent

_UNSAFE = re.compile(r"[^\w.#+-]")


@dataclass(frozen=True, slots=True)
class IndexStore:
    """Where indexes are kept, and how many bytes of JSON an open one may keep parsed."""

    folder: Path
    parsed_bytes: int


def open_layer(
    package: Package, store: IndexStore, types: Callable[[], Model], *, progress: Progress = silent
) -> Layer:
    """The definitions of `package`; `types` is asked only if it holds XML. Raises PackageError."""
    if package.is_small:
        documents = package.definitions()
        return MemoryLayer((each for document in documents for each in resources_of(document, types)), package.source)
    fingerprint = f"{package.fingerprint} {_program_state()}"
    digest = hashlib.sha256(fingerprint.encode()).hexdigest()[:16]
    path = store.folder / f"{_UNSAFE.sub('_', package.source)[-80:]}-{digest}.index"

    def build(progress: Progress = silent, *, anew: bool = True) -> IndexFile:
        from fhir_kernel.definitions.index_build import build_index  # needed only the first time

        return build_index(package, path, fingerprint, types, progress, anew=anew)

    try:
        file = index_format.open_file(path, fingerprint)
    except (DamagedIndex, OSError):
        file = build(progress, anew=False)
    return FileLayer(file, package.source, reopen=build, memory=store.parsed_bytes)


def _program_state() -> str:
    """Changes with the format and with the code that computes what is stored."""
    code = Path(model.__file__), Path(index_format.__file__).with_name("index_build.py")
    stamps = (f"{each.stat().st_size}-{each.stat().st_mtime_ns}" for each in code if each.exists())
    return f"{index_format.FORMAT} {' '.join(stamps)}"
