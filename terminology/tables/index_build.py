"""Builds the file of a concept table from rows (https://hl7.org/fhir/R4/codesystem.html).

The file takes the place of the one before in one step, when it is complete: who is killed leaves the old one in force.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from filelock import FileLock

from fhir_kernel.codec.json_codec import write_json
from fhir_kernel.packages.progress import Progress, silent
from fhir_kernel.resource import Resource
from terminology.tables.concept_status import StatusRules, status_rules
from terminology.tables.hierarchy_build import build_hierarchy
from terminology.tables.index_codes import write_codes
from terminology.tables.index_concepts import ConceptSpool
from terminology.tables.index_format import STATUS, SUFFIX, IndexWriter
from terminology.tables.index_hierarchy import write_hierarchy
from terminology.tables.index_texts import TextIndexBuilder
from terminology.tables.index_values import Marked, mark, write_values
from terminology.tables.properties import properties_of
from terminology.tables.text import texts_of

_BUILDING: Final = ".building-"
_READABLE: Final = 0o644
"""The server may run as another user than the one who imports."""
_SAMPLES: Final = 20
_TOLD_EVERY: Final = 20_000


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """A concept of a code system that is to be indexed."""

    concept: Resource
    """`CodeSystem.concept` without concepts below it."""
    parents: tuple[str, ...] = ()
    """The codes of its parents, the primary one first."""


@dataclass(slots=True)
class Dropped:
    """How often something was left out, with the first cases, each a code or two."""

    count: int = 0
    samples: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, *codes: str) -> None:
        self.count += 1
        if len(self.samples) < _SAMPLES:
            self.samples.append(codes)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What was built, and what was left out of it."""

    path: Path
    concepts: int
    duplicates: Dropped
    """Rows whose code an earlier row has: (code)."""
    unknown_parents: Dropped
    """Parents for which there is no row: (code, parent)."""
    cycles: Dropped
    """Parents that are below their child, or are it: (code, parent)."""


def build_index(
    header: Resource, rows: Iterable[ConceptRow], folder: Path, *, progress: Progress = silent, software: str = ""
) -> BuildReport:
    """Write the file of the code system that `header` describes to `folder`, in place of one for the same version.

    `software` names the program that builds. Another build in the folder is waited for. Raises OSError, CodecError
    where a concept cannot be written as JSON, and whatever reading `rows` raises; the file is then as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        for left_behind in folder.glob(f"{_BUILDING}*"):
            left_behind.unlink(missing_ok=True)
        path = folder / file_name(header.get("url", ""), header.get("version"))
        with tempfile.NamedTemporaryFile(dir=folder, prefix=_BUILDING, delete=False) as file:
            try:
                report = _Build(header, path, progress, software).write(rows, file)
                file.flush()
                Path(file.name).chmod(_READABLE)
                os.fsync(file.fileno())
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        Path(file.name).replace(path)
        _keep(folder)
    return report


def _keep(folder: Path) -> None:
    """Have the file system keep the new name, where it must be asked to."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_name(url: str, version: str | None) -> str:
    """The name of the file of one version of a code system, readable and without doubles."""
    digest = hashlib.sha256(f"{url}|{version or ''}".encode()).hexdigest()[:16]
    slug = re.sub(r"[^A-Za-z0-9.]+", "-", f"{url.rstrip('/').rpartition('/')[2]}-{version or ''}").strip("-.")
    return f"{slug[:60]}-{digest}{SUFFIX}"


@dataclass(slots=True)
class _Build:
    header: Resource
    path: Path
    progress: Progress
    software: str
    codes: dict[str, int] = field(default_factory=dict)
    """In the order of the rows."""
    parents: list[Sequence[int]] = field(default_factory=list)
    duplicates: Dropped = field(default_factory=Dropped)
    unknown: Dropped = field(default_factory=Dropped)
    cycles: Dropped = field(default_factory=Dropped)

    def write(self, rows: Iterable[ConceptRow], file: IO[bytes]) -> BuildReport:
        spool = ConceptSpool.in_folder(self.path.parent)
        with spool.file:
            self._read(rows, spool)
            order = self._write_all(spool, IndexWriter(file))
        return BuildReport(self.path, len(order), self.duplicates, self.unknown, self.cycles)

    def _read(self, rows: Iterable[ConceptRow], spool: ConceptSpool) -> None:
        waiting: dict[int, tuple[str, ...]] = {}
        codes = self.codes
        for row in rows:
            code = row.concept["code"]
            number = len(codes)
            if codes.setdefault(code, number) != number:
                self.duplicates.add(code)
                continue
            spool.add(row.concept)
            if all(map(codes.__contains__, row.parents)):
                self.parents.append(tuple(map(codes.__getitem__, row.parents)))
            else:
                self.parents.append(())
                waiting[number] = row.parents
            if number % _TOLD_EVERY == 0:
                self.progress("reading concepts", number, None)
        self._settle(waiting)

    def _settle(self, waiting: dict[int, tuple[str, ...]]) -> None:
        """Find the parents that stand after their children."""
        names = list(self.codes) if waiting else []
        for number, parents in waiting.items():
            self.parents[number] = [self.codes[each] for each in parents if each in self.codes]
            for each in parents:
                if each not in self.codes:
                    self.unknown.add(names[number], each)

    def _write_all(self, spool: ConceptSpool, writer: IndexWriter) -> Sequence[int]:
        self.progress("ordering the hierarchy", 0, None)
        built = build_hierarchy(self.parents)
        names = list(self.codes)
        for row, parent in built.dropped:
            self.cycles.add(names[row], names[parent])
        self.parents.clear()
        self.codes.clear()
        writer.begin()
        writer.add("header", write_json(self.header))
        write_codes(writer, (names[row] for row in built.order), len(names))
        write_hierarchy(writer, built.hierarchy)
        del names
        properties = self._write_concepts(spool.copy(built.order, writer), writer, len(built.order))
        writer.finish(
            {
                "url": self.header.get("url", ""),
                "version": self.header.get("version"),
                "concepts": len(built.order),
                "source": self.header.get("meta", {}).get("source"),
                "software": self.software,
                "decimals": spool.has_decimals,
                "properties": properties,
            }
        )
        return built.order

    def _write_concepts(self, concepts: Iterator[Resource], writer: IndexWriter, total: int) -> list[str]:
        """The concepts and what finds them; the codes of their properties."""
        rules = status_rules(self.header)
        texts, statuses = TextIndexBuilder(), Marked()
        properties: dict[str, Marked] = {}
        for position, concept in enumerate(concepts):
            texts.add(position, texts_of(concept))
            if "property" in concept:
                _mark_properties(position, concept, properties, statuses, rules)
            if position % _TOLD_EVERY == 0:
                self.progress("writing the table", position, total)
        write_values(writer, STATUS, statuses)
        for number, values in enumerate(properties.values()):
            write_values(writer, f"property-{number}", values)
        texts.write(writer)
        self.progress("writing the table", total, total)
        return list(properties)


def _mark_properties(
    position: int, concept: Resource, properties: dict[str, Marked], statuses: Marked, rules: StatusRules
) -> None:
    for code, value in properties_of(concept):
        mark(properties.setdefault(code, {}), value, position)
        if rules.makes_inactive(code, value):
            mark(statuses, "inactive", position)
        if rules.makes_abstract(code, value):
            mark(statuses, "abstract", position)
