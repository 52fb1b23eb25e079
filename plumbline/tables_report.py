"""What is told of imported, listed and compared code tables."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from typing import IO

from fhir_kernel.resource import Resource
from terminology.diff import Change
from terminology.importers.imported import Severity
from terminology.importers.install import Outcome, State
from terminology.tables.table import Table

_EXAMPLES = 3
_WORDS = {
    State.IMPORTED: "imported",
    State.UNCHANGED: "unchanged: it is installed from the same content",
    State.CHECKED: "checked, nothing is written",
    State.REFUSED: "not imported, because there are errors; --accept-findings imports it nevertheless",
}
_SIGNS = {"removed": "-", "added": "+", "display": "~", "moved": ">", "status": "!"}


def told(outcome: Outcome, *, all_findings: bool = False) -> Iterator[str]:
    """Lines about an import: what became of it, then the findings by kind."""
    concepts = "concept" if outcome.concepts == 1 else "concepts"
    count = f"{outcome.concepts:,} {concepts}, " if outcome.concepts is not None else ""
    yield f"{canonical_of(outcome.header)}: {count}{_WORDS[outcome.state]}"
    ordered = sorted(outcome.findings, key=lambda each: (list(Severity).index(each.severity), each.kind))
    for (severity, kind), found in groupby(ordered, key=lambda each: (each.severity, each.kind)):
        number = outcome.findings.counts[kind, severity]
        yield f"  {severity}: {kind}, {number:,} {'times' if number > 1 else 'time'}"
        shown = list(found) if all_findings else [each for _, each in zip(range(_EXAMPLES), found, strict=False)]
        for each in shown:
            where = ", ".join(filter(None, (f"row {each.row}" if each.row else "", each.column)))
            yield f"    {where}{': ' if where else ''}found {each.found}; expected {each.expected}"
        if number > len(shown):
            yield f"    and {number - len(shown):,} more"
    for note in outcome.notes if outcome.state is not State.UNCHANGED else ():
        yield f"  note: {note}"


def is_failure(outcome: Outcome) -> bool:
    """Whether an import was refused, or would have been."""
    has_errors = outcome.findings.number(Severity.ERROR) > 0
    return outcome.state is State.REFUSED or (outcome.state is State.CHECKED and has_errors)


def listed(tables: Iterable[Table]) -> Iterator[str]:
    """A line for each table: url|version, number of concepts, title."""
    for table in tables:
        header = table.header
        title = header.get("title") or header.get("name") or ""
        yield f"{canonical_of(header)}\t{len(table):,}\t{title}".rstrip()


def canonical_of(header: Resource) -> str:
    """The `url|version` of a code system."""
    version = header.get("version")
    return f"{header['url']}|{version}" if version else str(header["url"])


def lost(counts: Counter[str]) -> Iterator[str]:
    """Lines about what an export left out."""
    for what, number in counts.items():
        yield f"left out, as CSV has no place for it: {what}, {number:,} times"


def write_differences(changes: Iterable[Change], form: str, file: IO[str]) -> None:
    """Write changes as they come: as text with a summary, as JSON (an array) or as CSV. Raises OSError."""
    {"text": _write_text, "json": _write_json, "csv": _write_csv}[form](changes, file)


def _write_text(changes: Iterable[Change], file: IO[str]) -> None:
    counts: Counter[str] = Counter()
    for each in changes:
        counts[each.kind] += 1
        file.write(" ".join(filter(None, (_SIGNS[each.kind], each.code, _sentence(each)))) + "\n")
    summary = ", ".join(f"{number:,} {kind}" for kind, number in counts.items())
    file.write(f"{summary or 'no difference'}\n")


def _sentence(change: Change) -> str:
    if change.kind in ("added", "removed"):
        return change.display
    if change.kind == "display":
        return f"{change.before} → {change.after}"
    return f"{change.display} ({change.kind}: {change.before or 'top'} → {change.after or 'top'})"


def _write_json(changes: Iterable[Change], file: IO[str]) -> None:
    file.write("[")
    for number, each in enumerate(changes):
        file.write(",\n " if number else "\n ")
        file.write(json.dumps(asdict(each), ensure_ascii=False))
    file.write("\n]\n")


def _write_csv(changes: Iterable[Change], file: IO[str]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["kind", "code", "display", "before", "after"])
    for each in changes:
        writer.writerow([each.kind, each.code, each.display, each.before, each.after])
