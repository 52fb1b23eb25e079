"""Recognises what kind of source a person names, and reads it with the importer for that kind."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fhir_kernel.errors import PackageError
from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.packages.manifest import parse_reference
from fhir_kernel.packages.progress import Progress, silent
from fhir_kernel.settings import Settings
from terminology.importers.archives import open_release
from terminology.importers.digest import source_name
from terminology.importers.imported import Import, ImportRefused
from terminology.importers.mapping import TableMapping

if TYPE_CHECKING:
    from fhir_kernel.definitions.model import Model

_HEAD = 4096
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s>/]")


@dataclass(frozen=True, slots=True)
class Options:
    """What a person says about a source; None where it is to be found out."""

    settings: Settings
    types: Callable[[], Model]
    """FHIR's types, asked only for resources in XML."""
    kind: str | None = None
    mapping: TableMapping = field(default_factory=TableMapping)
    languages: tuple[str, ...] = ()
    """Of a release with several: the languages to read."""
    module: str | None = None
    progress: Progress = silent

    @property
    def limits(self) -> ArchiveLimits:
        return ArchiveLimits.of(self.settings)


def read_source(text: str, options: Options) -> Iterator[Import]:
    """The code systems in a file, a folder, a zip or a package, one by one.

    Raises ImportRefused where it is of no known kind or cannot be read, PackageError, CodecError, OSError.
    """
    kind = options.kind or source_kind(text, options.limits)
    yield from IMPORTERS[kind](text, options)


def source_kind(text: str, limits: ArchiveLimits) -> str:
    """The kind of a source, a key of IMPORTERS. Raises ImportRefused, ArchiveError, OSError."""
    path = Path(text).expanduser()
    suffix = path.suffix.lower()
    if path.is_dir() or (path.is_file() and suffix == ".zip"):
        return _release_kind(path, limits)
    if not path.is_file():
        if parse_reference(text) is None or path.exists():
            raise PackageError(f"{text!r} is neither a file, nor a folder, nor a package as name#version")
        return "fhir"
    if suffix == ".xml":
        return _xml_kind(path)
    if suffix not in _SUFFIXES:
        known = ", ".join(sorted({*_SUFFIXES, ".xml", ".zip"}))
        raise ImportRefused(f"{path.name}: found the ending {suffix or 'of no kind'!r}; expected {known}, or a kind")
    return _SUFFIXES[suffix]


def _release_kind(path: Path, limits: ArchiveLimits) -> str:
    from terminology.importers.loinc import is_loinc
    from terminology.importers.rf2 import is_rf2

    release = open_release(path, limits)
    if is_loinc(release):
        return "loinc"
    if is_rf2(release):
        return "rf2"
    if path.is_dir():
        return "fhir"
    raise ImportRefused(f"{path.name}: found neither Loinc.csv nor a snapshot of RF2; expected one of them in a zip")


def _xml_kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_HEAD)
    root = next((found[1] for found in _ROOT.finditer(head.removeprefix(codecs.BOM_UTF8))), b"")
    if root == b"ClaML":
        return "claml"
    return "ucum" if root == b"root" and b"ucum" in head.lower() else "fhir"


def _csv(text: str, options: Options) -> Iterator[Import]:
    from terminology.importers.csv_source import CsvSource
    from terminology.importers.tabular import import_table

    path, mapping = Path(text).expanduser(), options.mapping
    source = CsvSource(path, mapping.encoding, mapping.separator, options.progress)
    yield import_table(source, mapping, source_name([path], mapping))


def _xlsx(text: str, options: Options) -> Iterator[Import]:
    from terminology.importers.tabular import import_table
    from terminology.importers.xlsx_source import XlsxSource

    path, mapping = Path(text).expanduser(), options.mapping
    source = XlsxSource(path, mapping.sheet, options.limits, options.progress)
    yield import_table(source, mapping, source_name([path], mapping))


def _fhir(text: str, options: Options) -> Iterator[Import]:
    from terminology.importers.fhir import import_package

    yield from import_package(text, options.settings, options.types)


def _loinc(text: str, options: Options) -> Iterator[Import]:
    from terminology.importers.loinc import import_loinc

    languages, version = options.languages or ("zh",), options.mapping.version
    path = Path(text).expanduser()
    yield import_loinc(path, options.limits, version=version, languages=languages, progress=options.progress)


def _rf2(text: str, options: Options) -> Iterator[Import]:
    from terminology.importers.rf2 import import_rf2

    yield import_rf2(
        Path(text).expanduser(),
        options.limits,
        version=options.mapping.version,
        module=options.module,
        language=options.languages[0] if options.languages else "en",
        progress=options.progress,
    )


def _claml(text: str, options: Options) -> Iterator[Import]:
    from terminology.importers.claml import import_claml

    mapping = options.mapping
    path = Path(text).expanduser()
    yield import_claml(path, url=mapping.url, version=mapping.version, language=mapping.language)


def _ucum(text: str, options: Options) -> Iterator[Import]:
    from terminology.importers.ucum import import_ucum

    yield import_ucum(Path(text).expanduser(), options.mapping.version)


IMPORTERS: Mapping[str, Callable[[str, Options], Iterator[Import]]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "fhir": _fhir,
    "loinc": _loinc,
    "rf2": _rf2,
    "claml": _claml,
    "ucum": _ucum,
}
"""By kind of source, what reads it."""
_SUFFIXES = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".json": "fhir",
    ".tgz": "fhir",
    ".gz": "fhir",
}
