"""One run of `plumbline practice`: inputs → processes that judge → the one that counts → report."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from conformance.scoring.model import SEVERITIES, Severity
from fhir_kernel.clock import system_clock
from fhir_kernel.codec.negotiate import sniff
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.issues import Language
from fhir_kernel.packages.archive import ArchiveLimits
from fhir_kernel.settings import Settings, load_settings
from plumbline import inputs, progress
from plumbline.pool import map_in_order
from plumbline.practice.standards import Standards, standards_in, standards_of, together
from plumbline.using_store import with_store
from plumbline.wiring import build_catalog, enforcement_maker
from registry.scores.practice.counting import Counting
from registry.scores.practice.document import Document
from registry.scores.practice.judging import Practising
from registry.scores.practice.outcome import Outcome
from registry.scores.practice.records import Unread
from registry.scores.practice.report import PracticeReport


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asked for."""

    paths: tuple[str, ...]
    store: str | None = None
    load: tuple[str, ...] = ()
    format: str = "text"
    output: Path | None = None
    jobs: int = 1
    language: Language = "en"


class _Judged(NamedTuple):
    size: int
    outcomes: tuple[Outcome | Unread, ...]


def run(request: Request) -> PracticeReport:
    """Judge what is named and write the report. Raises PlumblineError, OSError.

    A run in which no input could be read raises InputMissing.
    """
    settings, now = load_settings(), system_clock()
    with progress.stages() as stages:
        catalog = build_catalog(settings, request.load, progress=stages)
    standards = _standards(request, settings, catalog, now)
    judge = enforcement_maker(catalog, settings)(standards.definitions, standards.rules)
    work = partial(_judge, Practising(judge, catalog.model, now))
    documents = inputs.read_all(request.paths)
    if inputs.STDIN in request.paths and request.jobs > 1:
        documents = iter(list(documents))
    counting = Counting()
    for piece in progress.checked(map_in_order(work, documents, request.jobs), inputs.size_of(request.paths)):
        for outcome in piece.outcomes:
            counting.take(outcome)
    if counting.not_read and not counting.records:
        raise inputs.InputMissing(f"none of the inputs could be read: {_first(counting.unread[0])}")
    report = counting.report(judge.lists, standards.clauses, standards.policy)
    _write(report, standards, now, request)
    return report


def reaches(report: PracticeReport, level: Severity) -> bool:
    """Whether a rule as severe as `level` is broken, or the server would refuse a record, or one was not read."""
    severe = SEVERITIES[: SEVERITIES.index(level) + 1]
    broken = any(row.counted.failed and row.counted.rule.severity in severe for row in report.rules)
    return broken or bool(report.refused or report.not_read)


def _standards(request: Request, settings: Settings, catalog: Catalog, now: datetime) -> Standards:
    loaded = standards_of(catalog) if request.load else None
    if loaded is not None and request.store is None:
        return loaded
    limits = ArchiveLimits.of(settings)
    kept = with_store(request.store, lambda store: standards_in(store, limits, now))
    return kept if loaded is None else together(kept, loaded)


def _judge(practising: Practising, document: inputs.Document) -> _Judged:
    if document.problem is not None:
        return _Judged(document.size, (Unread(document.name, document.problem),))
    form = sniff(document.data, document.name) or "json"
    read = Document(document.name, document.data, document.first_line, form)
    return _Judged(document.size, tuple(practising(read)))


def _write(report: PracticeReport, standards: Standards, now: datetime, request: Request) -> None:
    text = _rendered(report, standards, now, request)
    if request.output is None:
        sys.stdout.write(text)
        return
    request.output.parent.mkdir(parents=True, exist_ok=True)
    request.output.write_text(text, encoding="utf-8")


def _rendered(report: PracticeReport, standards: Standards, now: datetime, request: Request) -> str:
    if request.format == "json":
        from fhir_kernel.codec.json_codec import write_json
        from registry.scores.practice.told import report_json

        return write_json(report_json(report, request.language), pretty=True).decode() + "\n"
    if request.format == "html":
        from plumbline.practice.page import page_of

        return page_of(report, standards.names, now, request.language)
    from plumbline.practice.text import text_of

    return text_of(report, request.language)


def _first(unread: Unread) -> str:
    return f"{unread.record}: {unread.issue.text()}"
