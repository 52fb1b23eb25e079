"""Puts an import among the installed tables, unless it is there already or its findings forbid it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from fhir_kernel.packages.progress import Progress, silent
from fhir_kernel.resource import Resource
from terminology.importers.checks import refuse_errors
from terminology.importers.imported import Findings, FindingsRefused, Import
from terminology.tables.index_build import build_index


class State(StrEnum):
    """What became of an import."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"
    """It had been imported from the same content with the same options; its rows were not read."""
    CHECKED = "checked"
    """Its rows were read and nothing was written, as was asked for."""
    REFUSED = "refused"
    """It has findings of severity error; what was installed before stays."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one import; `concepts` is None where they were not all read."""

    header: Resource
    state: State
    concepts: int | None
    findings: Findings
    notes: tuple[str, ...]


def install_import(
    imported: Import,
    folder: Path,
    installed: Iterable[Resource] = (),
    *,
    accept_findings: bool = False,
    dry_run: bool = False,
    progress: Progress = silent,
) -> Outcome:
    """Read an import and write its table to `folder`, where the headers in `installed` are those already there.

    Findings of severity error keep it out, unless `accept_findings`; a dry run tells them and writes nothing. Raises
    what reading and writing raise.
    """
    header, findings = imported.header, imported.findings

    def outcome(state: State, concepts: int | None) -> Outcome:
        return Outcome(header, state, concepts, findings, imported.notes)

    if any(_is_same(header, each) for each in installed):
        return outcome(State.UNCHANGED, None)
    if dry_run:
        return outcome(State.CHECKED, sum(1 for _ in imported.rows))
    rows = imported.rows if accept_findings else refuse_errors(imported.rows, findings)
    try:
        report = build_index(header, rows, folder, progress=progress)
    except FindingsRefused:
        return outcome(State.REFUSED, None)
    return outcome(State.IMPORTED, report.concepts)


def _is_same(header: Resource, other: Resource) -> bool:
    return all(header.get(key) == other.get(key) for key in ("url", "version")) and _source(header) == _source(other)


def _source(header: Resource) -> str | None:
    source = header.get("meta", {}).get("source")
    return source if isinstance(source, str) else None
