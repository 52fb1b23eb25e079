"""What every importer gives: a CodeSystem without concepts, its rows, and what was found while they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from fhir_kernel.errors import PlumblineError
from fhir_kernel.resource import Resource
from terminology.tables.index_build import ConceptRow

KEPT_OF_A_KIND = 1000
"""How many findings of one kind are kept; all are counted."""


class ImportRefused(PlumblineError):
    """A source cannot be imported; says where, what was found and what is expected."""


class FindingsRefused(ImportRefused):
    """A source was read, and what was found in it keeps it from being imported."""


class Severity(StrEnum):
    """How bad a finding is: an error keeps the source from being imported unless a person accepts it."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class ImportFinding:
    """Something in a source that a person should know."""

    kind: str
    """A short name for findings of this sort, such as `duplicate-code`."""
    severity: Severity
    found: str
    expected: str
    row: int | None = None
    """The line of the file, or the row of the sheet, counted from 1; None where the finding is of the whole source."""
    column: str = ""

    def __str__(self) -> str:
        where = ", ".join(filter(None, (f"row {self.row}" if self.row else "", self.column)))
        return f"{self.kind}{f' ({where})' if where else ''}: found {self.found}; expected {self.expected}"


@dataclass(slots=True)
class Findings:
    """Collects findings while the rows of one import are read; complete when the last row was."""

    counts: Counter[tuple[str, Severity]] = field(default_factory=Counter)
    """All findings, by kind and severity."""
    _kept: list[ImportFinding] = field(default_factory=list)

    def add(self, finding: ImportFinding) -> None:
        key = (finding.kind, finding.severity)
        self.counts[key] += 1
        if self.counts[key] <= KEPT_OF_A_KIND:
            self._kept.append(finding)

    def __iter__(self) -> Iterator[ImportFinding]:
        return iter(self._kept)

    def __len__(self) -> int:
        return self.counts.total()

    def number(self, severity: Severity) -> int:
        """How many there are of a severity."""
        return sum(count for (_, each), count in self.counts.items() if each is severity)


@dataclass(frozen=True, slots=True)
class Import:
    """One version of one code system, ready to be read once."""

    header: Resource
    """The CodeSystem without its concepts; `meta.source` names the content that it was made from."""
    rows: Iterable[ConceptRow]
    """The concepts; reading them fills `findings`."""
    findings: Findings
    notes: tuple[str, ...] = ()
    """What the importer leaves out of this kind of source, in sentences."""
