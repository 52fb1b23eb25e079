"""What a page shows of a run: totals, the rules that were broken with their places, the records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from fhir_kernel.issues import Issue, Language
from fhir_kernel.messages.message import Severity
from plumbline.findings import (
    SEVERITIES,
    Explanation,
    Finding,
    Line,
    Result,
    expected,
    found,
    heading,
    nearest,
    shared_folder,
)

PLACES_SHOWN = 50
"""Places of one rule that are shown in full."""
RECORDS_SHOWN = 1000
"""Records in the table; those with findings come first in it anyway when a person filters."""
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Place:
    """One finding as it is shown."""

    record: str
    location: str
    line: int | None
    column: int | None
    message: str
    found: str | None
    expected: str | None
    nearest: str | None
    because: tuple[tuple[str, str], ...]
    excerpt: tuple[Line, ...]
    element: str
    explanation: Explanation | None


@dataclass(slots=True)
class Rule:
    """A rule that was broken, with the first places; `count` has all."""

    anchor: str
    id: str
    severity: Severity
    heading: str
    key: str
    count: int = 0
    records: set[str] = field(default_factory=set)
    places: list[Place] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The message, if all places have the same; else the message with its parameters left open."""
        messages = {place.message for place in self.places}
        return messages.pop() if len(messages) == 1 else self.heading

    @property
    def element(self) -> str:
        """The element of all places; empty if they are several."""
        elements = {place.element for place in self.places}
        return elements.pop() if len(elements) == 1 else ""

    @property
    def explanation(self) -> Explanation | None:
        """What holds for all places; None if each has its own."""
        first = self.places[0].explanation
        return first if all(place.explanation == first for place in self.places) else None

    @property
    def hidden(self) -> int:
        return self.count - len(self.places)


@dataclass(frozen=True, slots=True)
class Record:
    """One input in the table of records."""

    name: str
    resource_type: str
    valid: bool
    counts: Counter[Severity]


@dataclass(slots=True)
class Summary:
    """All that the page shows; `rules` worst and most frequent first."""

    inputs: int = 0
    invalid: int = 0
    counts: Counter[Severity] = field(default_factory=Counter)
    rules: list[Rule] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    folder: str = ""
    """The folder of all records, left out of their names."""

    def short(self, name: str) -> str:
        """The name of a record without the folder of all."""
        return name[len(self.folder) :] or name

    @property
    def valid(self) -> int:
        return self.inputs - self.invalid

    @property
    def errors(self) -> int:
        """Findings that make a record invalid."""
        return self.counts["fatal"] + self.counts["error"]

    @property
    def severities(self) -> list[Severity]:
        """Those that were found, worst first."""
        return [each for each in SEVERITIES if self.counts[each]]


class _Key(NamedTuple):
    severity: Severity
    id: str
    element: str
    rule: str


def summarise(results: Iterator[Result], language: Language) -> Summary:
    """The summary of all `results`, which are read to their end."""
    summary = Summary()
    rules: dict[_Key, Rule] = {}
    for result in results:
        summary.inputs += 1
        summary.invalid += not result.valid
        summary.counts.update(result.counts)
        if len(summary.records) < RECORDS_SHOWN:
            summary.records.append(Record(result.input, result.resource_type, result.valid, result.counts))
        _add_findings(result, rules, language)
    summary.folder = shared_folder([record.name for record in summary.records])
    summary.rules = sorted(rules.values(), key=lambda rule: (SEVERITIES.index(rule.severity), -rule.count))
    return summary


def _add_findings(result: Result, rules: dict[_Key, Rule], language: Language) -> None:
    for finding in result.findings:
        issue = finding.issue
        key = _Key(issue.severity, issue.id, issue.element, issue.rule)
        rule = rules.get(key)
        if rule is None:
            rule = rules[key] = _new_rule(len(rules), issue, language)
        rule.count += 1
        rule.records.add(result.input)
        if len(rule.places) < PLACES_SHOWN:
            rule.places.append(_place(result.input, finding, language))


def _new_rule(number: int, issue: Issue, language: Language) -> Rule:
    return Rule(
        anchor=f"rule-{number + 1}",
        id=issue.id,
        severity=issue.severity,
        heading=heading(issue.id, language),
        key=issue.rule,
    )


def _place(record: str, finding: Finding, language: Language) -> Place:
    issue = finding.issue
    return Place(
        record=record,
        location=issue.path,
        line=issue.line,
        column=issue.column,
        message=issue.text(language),
        found=found(issue),
        expected=expected(issue),
        nearest=nearest(issue),
        because=tuple((reason.path, reason.text(language)) for reason in issue.nested),
        excerpt=finding.excerpt,
        element=issue.element or _INDEX.sub("", issue.path),
        explanation=finding.explanation,
    )
