"""One run of `plumbline validate`: inputs → processes → report."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal, TextIO

from conformance.validator import Policy
from fhir_kernel.clock import system_clock
from fhir_kernel.definitions.catalog import Catalog
from fhir_kernel.issues import Language
from fhir_kernel.messages.message import Severity
from plumbline import __version__, progress
from plumbline.check import Checker
from plumbline.explain import explain
from plumbline.findings import SEVERITIES, Result
from plumbline.inputs import STDIN, Document, InputMissing, read_all, size_of
from plumbline.policies import changed, parse_policy
from plumbline.pool import map_in_order
from plumbline.reading import parse_resource
from plumbline.references import index_references
from plumbline.reports import Format, Frame, Row, report_format
from plumbline.wiring import assemble_validator, build_catalog


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asked for."""

    paths: tuple[str, ...]
    profiles: tuple[str, ...] = ()
    load: tuple[str, ...] = ()
    format: str = "text"
    output: Path | None = None
    jobs: int = 1
    references: bool = False
    explain: bool = False
    language: Language = "en"
    policy: tuple[str, ...] = ()


@dataclass(slots=True)
class Tally:
    """What a run has found so far."""

    inputs: int = 0
    unreadable: int = 0
    counts: Counter[Severity] = field(default_factory=Counter)

    def reaches(self, level: Severity | Literal["never"]) -> bool:
        """Whether something as bad as `level` was found."""
        return level != "never" and any(self.counts[each] for each in SEVERITIES[: SEVERITIES.index(level) + 1])

    def watch(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Pass `rows` on and count them."""
        for row in rows:
            self.inputs += 1
            self.unreadable += not row.was_read
            self.counts.update(row.counts)
            yield row


@dataclass(frozen=True, slots=True)
class Session:
    """A run that is ready: definitions loaded, inputs not yet read."""

    request: Request
    checker: Checker
    frame: Frame
    documents: Callable[[], Iterator[Document]]

    def results(self) -> Iterator[Result]:
        """Validate each input, in order, in this process."""
        return map(self.checker, self.documents())

    def rows(self, into: Format) -> Iterator[Row]:
        """Validate each input and render it, in order, in as many processes as were asked for."""
        checker, frame = self.checker, self.frame
        return map_in_order(lambda document: into.row(checker(document), frame), self.documents(), self.request.jobs)


def run(request: Request) -> Tally:
    """Validate what `request` names and write the report; tells what was found. Raises PlumblineError, OSError.

    A run in which no input could be read raises InputMissing.
    """
    report = report_format(request.format)
    session = prepare(request)
    tally = Tally()
    rows = progress.checked(tally.watch(session.rows(report)), size_of(request.paths))
    with _output(request.output) as out:
        report.write(rows, out, session.frame)
    if tally.unreadable and tally.unreadable == tally.inputs:
        raise InputMissing("none of the inputs could be read")
    return tally


def prepare(request: Request) -> Session:
    """Load the definitions that `request` needs. Raises PackageError, SettingsError."""
    policy = parse_policy(request.policy)
    documents = _documents(request)
    with progress.stages() as stages:
        catalog = build_catalog(load=request.load, progress=stages)
    for note in catalog.notes:
        sys.stderr.write(f"plumbline: {note}\n")
    frame = Frame(
        language=request.language,
        colour=request.output is None and sys.stdout.isatty() and "NO_COLOR" not in os.environ,
        profiles=request.profiles,
        packages=tuple(package.source for package in catalog.packages),
        policy=changed(policy),
        version=__version__,
        made_at=system_clock(),
    )
    return Session(request, _checker(request, policy, catalog, documents), frame, documents)


def _documents(request: Request) -> Callable[[], Iterator[Document]]:
    """Reads the inputs each time that it is called; standard input comes once, and is kept where it is read again."""
    if STDIN not in request.paths:
        return lambda: read_all(request.paths)
    kept = list(read_all(request.paths)) if request.references or request.jobs > 1 else None
    return lambda: read_all(request.paths) if kept is None else iter(kept)


def _checker(
    request: Request, policy: Policy, catalog: Catalog, documents: Callable[[], Iterator[Document]]
) -> Checker:
    resolver = None
    if request.references:
        policy = replace(policy, references="follow")
        resolver = index_references(documents(), lambda data: parse_resource(data, lambda: catalog.model))
    shows_source = request.format == "html"
    return Checker(
        assemble_validator(catalog, policy=policy, resolver=resolver),
        request.profiles,
        explain=partial(explain, catalog=catalog) if request.explain or shows_source else None,
        with_source=shows_source,
    )


@contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as out:
        yield out
